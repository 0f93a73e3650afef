extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// Takes an array of as many dimensions as the Swift arrays are nested, or an empty one; `[UInt8]` takes bytea.
  ///
  /// Lower bounds are dropped; `PostgresArray` keeps them. Elements that may be NULL need an Optional. An array over a
  /// domain must be cast to the type under it, as in `numbers::integer[]`, for inside of arrays the server names the domain.
  @inlinable @inline(__always)
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> [Element] {
    if Element.self == UInt8.self {
      guard type == .bytea else { throw .typeMismatch }
      return unsafeBitCast(bytes.copy(), to: [Element].self)
    }
    let header = try PostgresArrayHeader(bytes, as: type)
    guard header.dimensionCount > 0 else { return [] }
    var offset = header.byteCount
    let elements = try decodeElement(of: header, in: bytes, at: &offset, depth: 0)
    guard offset == bytes.byteCount else { throw .malformed("array") }
    return elements
  }

  /// Decodes a dimension of elements.
  @inlinable @inline(__always)
  public static func decodeElement(
    of array: PostgresArrayHeader, in bytes: RawSpan, at offset: inout Int, depth: Int
  ) throws(PostgresDecodingFailure) -> [Element] {
    guard Element.self != UInt8.self else {
      guard depth == array.dimensionCount else { throw .dimensions(array.dimensionCount) }
      return try decodeField(in: bytes, at: &offset, as: array.elementType)
    }
    guard depth < array.dimensionCount else { throw .dimensions(array.dimensionCount) }
    return try decodeElements(
      array.length(in: bytes, depth: depth), of: array, in: bytes, at: &offset, depth: depth + 1)
  }

  /// Decodes so many elements straight into a new array's memory.
  @inlinable @inline(__always)
  static func decodeElements(
    _ count: Int, of array: PostgresArrayHeader, in bytes: RawSpan, at offset: inout Int, depth: Int
  ) throws(PostgresDecodingFailure) -> [Element] {
    var failure: PostgresDecodingFailure?
    var position = offset
    let elements = bytes.withUnsafeBytes { raw in
      // The span is made anew, for a closure can't capture one.
      [Element](unsafeUninitializedCapacity: count) { memory, initialized in
        let bytes = raw.bytes
        do throws(PostgresDecodingFailure) {
          while initialized < count {
            let element = try Element.decodeElement(of: array, in: bytes, at: &position, depth: depth)
            memory.initializeElement(at: initialized, to: element)
            initialized &+= 1
          }
        } catch {
          failure = error == .typeMismatch ? .innerTypeMismatch(array.elementType) : error
        }
      }
    }
    if let failure { throw failure }
    offset = position
    return elements
  }
}
