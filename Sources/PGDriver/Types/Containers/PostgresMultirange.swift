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
