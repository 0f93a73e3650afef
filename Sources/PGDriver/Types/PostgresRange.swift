/// A range of values, each end of which may be included, excluded or missing.
///
/// PostgreSQL manual, section 8.17, "Range Types". The server writes ranges over integers and dates with the
/// lower bound included and the upper one excluded, whatever was sent.
public enum PostgresRange<Bound> {
  /// No value at all.
  case empty
  /// The values between two ends.
  case between(End, End)

  /// An end of a range.
  public enum End {
    /// There is no end on this side.
    case unbounded
    /// The range ends with this value.
    case inclusive(Bound)
    /// The range ends just short of this value.
    case exclusive(Bound)

    /// The value at the end, if there is an end.
    @inlinable public var value: Bound? {
      switch self {
      case .unbounded: nil
      case .inclusive(let value), .exclusive(let value): value
      }
    }
  }

  /// The lower end; nil if the range is empty.
  @inlinable public var lower: End? {
    if case .between(let lower, _) = self { lower } else { nil }
  }

  /// The upper end; nil if the range is empty.
  @inlinable public var upper: End? {
    if case .between(_, let upper) = self { upper } else { nil }
  }
}

extension PostgresRange where Bound: Comparable {
  /// Makes a range that excludes its upper bound; an empty one is `.empty`.
  @inlinable
  public init(_ range: Range<Bound>) {
    self = range.isEmpty ? .empty : .between(.inclusive(range.lowerBound), .exclusive(range.upperBound))
  }

  /// Makes a range that includes its upper bound.
  @inlinable
  public init(_ range: ClosedRange<Bound>) {
    self = .between(.inclusive(range.lowerBound), .inclusive(range.upperBound))
  }
}

extension PostgresRange: Sendable where Bound: Sendable {}
extension PostgresRange.End: Sendable where Bound: Sendable {}
extension PostgresRange: Equatable where Bound: Equatable {}
extension PostgresRange.End: Equatable where Bound: Equatable {}
extension PostgresRange: Hashable where Bound: Hashable {}
extension PostgresRange.End: Hashable where Bound: Hashable {}
extension PostgresRange: Encodable where Bound: Encodable {}
extension PostgresRange.End: Encodable where Bound: Encodable {}
extension PostgresRange: Decodable where Bound: Decodable {}
extension PostgresRange.End: Decodable where Bound: Decodable {}

extension PostgresRange: CustomStringConvertible {
  /// As range_out (src/backend/utils/adt/rangetypes.c) writes it, such as `[1,5)`; bounds by their own
  /// description.
  public var description: String {
    guard case .between(let lower, let upper) = self else { return "empty" }
    let opening = if case .inclusive = lower { "[" } else { "(" }
    let closing = if case .inclusive = upper { "]" } else { ")" }
    return opening + Self.text(lower) + "," + Self.text(upper) + closing
  }

  private static func text(_ end: End) -> String {
    guard let value = end.value else { return "" }
    let text = "\(value)"
    let isPlain =
      !text.isEmpty
      && !text.unicodeScalars.contains { "\"\\()[], \t\n\r\u{b}\u{c}".unicodeScalars.contains($0) }
    return isPlain ? text : TextQuoting.quoted(text, escapingBy: .doubling)
  }
}

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

/// A list of ranges that neither overlap nor touch, in order.
///
/// PostgreSQL manual, section 8.17, "Range Types"; since PostgreSQL 14. The server sorts and merges what it
/// is sent.
public struct PostgresMultirange<Bound> {
  /// The ranges.
  public let ranges: [PostgresRange<Bound>]

  /// Makes a multirange of ranges.
  @inlinable
  public init(_ ranges: [PostgresRange<Bound>]) {
    self.ranges = ranges
  }
}

extension PostgresMultirange: Sendable where Bound: Sendable {}
extension PostgresMultirange: Equatable where Bound: Equatable {}
extension PostgresMultirange: Hashable where Bound: Hashable {}
extension PostgresMultirange: Encodable where Bound: Encodable {}
extension PostgresMultirange: Decodable where Bound: Decodable {}

extension PostgresMultirange: CustomStringConvertible {
  /// As multirange_out (src/backend/utils/adt/multirangetypes.c) writes it, such as `{[1,3),[5,8)}`.
  public var description: String { "{" + ranges.map(\.description).joined(separator: ",") + "}" }
}

extension PostgresMultirange: PostgresDecodable where Bound: PostgresCodable {
  /// Takes a multirange over the bounds' type; a multirange type that isn't built in is taken to be one.
  ///
  /// The format is the number of ranges, and each range as a field (multirange_send, ibidem).
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresMultirange {
    let rangeType = type.rangeSubtype.map { $0.range ?? .unspecified } ?? type
    guard rangeType != type || type.isUserDefined else { throw .typeMismatch }
    try bytes.requireAtLeast(4, "multirange")
    let count = Int(bytes.loadBigEndian(Int32.self))
    // A range is a length and a byte of flags at least.
    guard count >= 0, count <= (bytes.byteCount - 4) / 5 else { throw .malformed("multirange") }
    var offset = 4
    var ranges: [PostgresRange<Bound>] = []
    ranges.reserveCapacity(count)
    for _ in 0..<count { ranges.append(try .decodeField(in: bytes, at: &offset, as: rangeType)) }
    guard offset == bytes.byteCount else { throw .malformed("multirange") }
    return PostgresMultirange(ranges)
  }
}

extension PostgresMultirange: PostgresEncodable where Bound: PostgresEncodable {
  /// The built-in multirange type over the bounds' type; else unspecified.
  public static var postgresType: PostgresType { Bound.postgresElementType.multirange ?? .unspecified }

  /// The number of ranges, and each range as a field.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard let count = Int32(exactly: ranges.count) else { throw PostgresParameterBuffer.tooLarge }
    buffer.append(count)
    for range in ranges { try buffer.append(field: range) }
  }
}
