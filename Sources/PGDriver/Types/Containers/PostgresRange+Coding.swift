/// The binary format is that of range_send in src/backend/utils/adt/rangetypes.c: a byte of flags, and each
/// bound that there is as a field.
@usableFromInline
enum RangeFlag {
  static let empty: UInt8 = 0x01
  static let lowerInclusive: UInt8 = 0x02
  static let upperInclusive: UInt8 = 0x04
  static let lowerUnbounded: UInt8 = 0x08
  static let upperUnbounded: UInt8 = 0x10
}

extension PostgresRange: PostgresDecodable where Bound: PostgresCodable {
  /// Takes a range over the bounds' type; a range type that isn't built in is taken to be one.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresRange {
    let subtype = type.rangeSubtype
    guard subtype != nil || type.isUserDefined else { throw .typeMismatch }
    var offset = 0
    let range = try decode(bytes, at: &offset, subtype: subtype)
    guard offset == bytes.byteCount else { throw .malformed("range") }
    return range
  }

  private static func decode(
    _ bytes: RawSpan, at offset: inout Int, subtype known: PostgresType?
  ) throws(PostgresDecodingFailure) -> PostgresRange {
    try bytes.requireAtLeast(1, "range")
    let flags = bytes.loadBigEndian(UInt8.self)
    guard flags & 0xe0 == 0 else { throw .malformed("range") }
    offset = 1
    if flags & RangeFlag.empty != 0 { return .empty }
    func end(_ unbounded: UInt8, _ inclusive: UInt8) throws(PostgresDecodingFailure) -> End {
      if flags & unbounded != 0 { return .unbounded }
      guard let field = try bytes.readField(at: &offset) else { throw .malformed("range") }
      let subtype =
        known ?? Bound.postgresBaseType(byteCount: field.count) ?? Bound.postgresElementType
      do throws(PostgresDecodingFailure) {
        let value = try Bound.decode(bytes.extracting(unchecked: field), as: subtype)
        return flags & inclusive != 0 ? .inclusive(value) : .exclusive(value)
      } catch {
        throw error == .typeMismatch ? .innerTypeMismatch(subtype) : error
      }
    }
    let lower = try end(RangeFlag.lowerUnbounded, RangeFlag.lowerInclusive)
    return .between(lower, try end(RangeFlag.upperUnbounded, RangeFlag.upperInclusive))
  }
}

extension PostgresRange: PostgresEncodable where Bound: PostgresEncodable {
  /// The built-in range type over the bounds' type; else unspecified.
  public static var postgresType: PostgresType { Bound.postgresElementType.range ?? .unspecified }

  /// The flags and the bounds.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard case .between(let lower, let upper) = self else { return buffer.append(RangeFlag.empty) }
    var flags: UInt8 = 0
    switch lower {
    case .unbounded: flags |= RangeFlag.lowerUnbounded
    case .inclusive: flags |= RangeFlag.lowerInclusive
    case .exclusive: break
    }
    switch upper {
    case .unbounded: flags |= RangeFlag.upperUnbounded
    case .inclusive: flags |= RangeFlag.upperInclusive
    case .exclusive: break
    }
    buffer.append(flags)
    let target = buffer.target
    buffer.target = target?.bound
    if let value = lower.value { try buffer.append(field: value) }
    if let value = upper.value { try buffer.append(field: value) }
    buffer.target = target
  }
}
