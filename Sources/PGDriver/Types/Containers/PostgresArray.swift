/// An array with all that PostgreSQL keeps of it: dimensions, lower bounds and NULLs.
///
/// PostgreSQL manual, section 8.15, "Arrays". Where one dimension counted from 1 is enough, a Swift array
/// will do.
public struct PostgresArray<Element> {
  /// The extent of one dimension.
  public struct Dimension: Sendable, Hashable, Codable {
    /// How many elements, or arrays of elements, there are.
    public let count: Int
    /// The subscript of the first in SQL; 1 unless said otherwise.
    public let lowerBound: Int32

    /// Makes an extent.
    @inlinable
    public init(count: Int, lowerBound: Int32 = 1) {
      self.count = count
      self.lowerBound = lowerBound
    }
  }

  /// The dimensions, the outermost first; none of an empty array.
  public let dimensions: [Dimension]

  /// All elements, those of the innermost dimension next to each other; nil is NULL.
  public let elements: [Element?]

  /// Makes an array of one dimension.
  @inlinable
  public init(_ elements: [Element?], lowerBound: Int32 = 1) {
    self.elements = elements
    dimensions = elements.isEmpty ? [] : [Dimension(count: elements.count, lowerBound: lowerBound)]
  }

  /// Makes an array of any dimensions.
  ///
  /// - Throws: `encoding` if the number of elements isn't the product of the dimensions, or there are more
  ///   than PostgreSQL's 6.
  public init(_ elements: [Element?], dimensions: [Dimension]) throws(PostgresError) {
    let expected = dimensions.isEmpty ? 0 : dimensions.reduce(1) { $0 * $1.count }
    guard expected == elements.count, dimensions.allSatisfy({ $0.count >= 0 }), dimensions.count <= 6 else {
      throw PostgresError(
        .encoding,
        "\(elements.count) elements don't fill an array of the dimensions \(dimensions.map(\.count)), of which there may be 6."
      )
    }
    self.elements = elements
    self.dimensions = elements.isEmpty ? [] : dimensions
  }
}

extension PostgresArray: Sendable where Element: Sendable {}
extension PostgresArray: Equatable where Element: Equatable {}
extension PostgresArray: Hashable where Element: Hashable {}
extension PostgresArray: Encodable where Element: Encodable {}
extension PostgresArray: Decodable where Element: Decodable {}

extension PostgresArray: PostgresDecodable where Element: PostgresDecodable {
  /// Takes an array of any dimensions.
  @inlinable
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresArray {
    let header = try PostgresArrayHeader(bytes, as: type)
    guard header.dimensionCount > 0 else { return PostgresArray([]) }
    let dimensions = (0..<header.dimensionCount).map {
      Dimension(
        count: header.length(in: bytes, depth: $0), lowerBound: header.lowerBound(in: bytes, depth: $0))
    }
    var offset = header.byteCount
    let elements = try [Element?].decodeElements(
      dimensions.reduce(1) { $0 * $1.count }, of: header, in: bytes, at: &offset, depth: dimensions.count)
    guard offset == bytes.byteCount else { throw .malformed("array") }
    // A dimension without elements, which no server sends.
    guard !elements.isEmpty else { return PostgresArray([]) }
    return PostgresArray(decoded: elements, dimensions: dimensions)
  }

  @inlinable
  init(decoded elements: [Element?], dimensions: [Dimension]) {
    self.elements = elements
    self.dimensions = dimensions
  }
}

extension PostgresArray: PostgresEncodable where Element: PostgresEncodable {
  /// The array type over the elements' type.
  @inlinable public static var postgresType: PostgresType { Element.postgresArrayType }

  /// The array as array_recv (src/backend/utils/adt/arrayfuncs.c) takes it.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    let target = buffer.target
    buffer.append(Int32(dimensions.count))
    buffer.append(0 as Int32)
    buffer.append((target?.element?.type ?? Element.postgresElementType).oid)
    for dimension in dimensions {
      guard let count = Int32(exactly: dimension.count) else { throw PostgresParameterBuffer.tooLarge }
      buffer.append(count)
      buffer.append(dimension.lowerBound)
    }
    buffer.target = target?.element
    for element in elements { try buffer.append(field: element) }
    buffer.target = target
  }
}
