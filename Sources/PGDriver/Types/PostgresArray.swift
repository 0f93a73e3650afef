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
        "\(elements.count) elements don't fill an array of the dimensions \(dimensions.map(\.count)), of "
          + "which there may be 6."
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

extension PostgresArray: CustomStringConvertible {
  /// The array as an SQL literal, which the server reads as the same array: `[0:1]={1,NULL}`.
  ///
  /// Quoted as array_out (src/backend/utils/adt/arrayfuncs.c) does it; each element is its own description.
  public var description: String {
    guard !dimensions.isEmpty else { return "{}" }
    var text = ""
    if dimensions.contains(where: { $0.lowerBound != 1 }) {
      for dimension in dimensions {
        text += "[\(dimension.lowerBound):\(Int(dimension.lowerBound) + dimension.count - 1)]"
      }
      text += "="
    }
    write(elements[...], depth: 0, to: &text)
    return text
  }

  private func write(_ part: ArraySlice<Element?>, depth: Int, to text: inout String) {
    text += "{"
    let step = part.count / dimensions[depth].count
    for index in 0..<dimensions[depth].count {
      if index > 0 { text += "," }
      let start = part.startIndex + index * step
      if depth + 1 < dimensions.count {
        write(part[start..<start + step], depth: depth + 1, to: &text)
      } else {
        text += part[start].map { Self.quoted("\($0)") } ?? "NULL"
      }
    }
    text += "}"
  }

  private static func quoted(_ element: String) -> String {
    let isPlain =
      !element.isEmpty && element.uppercased() != "NULL"
      && !element.unicodeScalars.contains { "\"\\{}, \t\n\r\u{b}\u{c}".unicodeScalars.contains($0) }
    return isPlain ? element : TextQuoting.quoted(element, escapingBy: .backslash)
  }
}

/// How text types quote the texts that they contain.
enum TextQuoting {
  enum Escape {
    /// Before quotation marks and backslashes.
    case backslash
    /// Quotation marks and backslashes are written twice.
    case doubling
  }

  static func quoted(_ text: String, escapingBy escape: Escape) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" {
        quoted.unicodeScalars.append(escape == .backslash ? "\\" : scalar)
      }
      quoted.unicodeScalars.append(scalar)
    }
    return quoted + "\""
  }
}

/// What precedes the elements of an array in the binary format.
///
/// The number of dimensions, a flag, the elements' type, and for each dimension its length and its lower
/// bound (array_send in src/backend/utils/adt/arrayfuncs.c).
public struct PostgresArrayHeader: Sendable, Hashable {
  /// The number of dimensions; 0 of an empty array.
  @usableFromInline let dimensionCount: Int

  /// The type of the elements.
  @usableFromInline let elementType: PostgresType

  /// Reads and checks the header.
  @inlinable
  init(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) {
    guard !type.isScalar else { throw .typeMismatch }
    try bytes.requireAtLeast(12, "array")
    let count = bytes.loadBigEndian(Int32.self)
    let flags = bytes.loadBigEndian(Int32.self, at: 4)
    // Six dimensions are PostgreSQL's limit, MAXDIM.
    guard (0...6).contains(count), flags == 0 || flags == 1 else { throw .malformed("array") }
    dimensionCount = Int(count)
    elementType = PostgresType(oid: bytes.loadBigEndian(UInt32.self, at: 8))
    try bytes.requireAtLeast(byteCount, "array")
    // Every element has four bytes at least, so a false length doesn't make the driver reserve memory.
    var elements = 1
    for depth in 0..<dimensionCount {
      let length = length(in: bytes, depth: depth)
      let (product, isTooLarge) = elements.multipliedReportingOverflow(by: length)
      guard length >= 0, !isTooLarge, product <= (bytes.byteCount - byteCount) / 4 else {
        throw .malformed("array")
      }
      elements = product
    }
  }

  /// The size of the header.
  @inlinable var byteCount: Int { 12 + 8 * dimensionCount }

  @inlinable
  func length(in bytes: RawSpan, depth: Int) -> Int {
    Int(bytes.loadBigEndian(Int32.self, at: 12 + 8 * depth))
  }

  @inlinable
  func lowerBound(in bytes: RawSpan, depth: Int) -> Int32 {
    bytes.loadBigEndian(Int32.self, at: 16 + 8 * depth)
  }
}

/// Where in an array something is being encoded.
public struct PostgresArrayPosition: Sendable, Hashable {
  /// Where in the buffer the lengths of the dimensions are.
  @usableFromInline let lengths: Int
  /// How many dimensions lie outside.
  @usableFromInline let depth: Int

  /// Appends the header of an array whose lengths are found on the way.
  @inlinable
  init(
    openingArrayOf elementType: PostgresType, dimensions: Int, in buffer: inout PostgresParameterBuffer
  ) {
    buffer.append(Int32(dimensions))
    buffer.append(0 as Int32)
    buffer.append(elementType.oid)
    lengths = buffer.bytes.count
    depth = 0
    for _ in 0..<dimensions {
      buffer.append(-1 as Int32)
      buffer.append(1 as Int32)
    }
  }

  @inlinable
  init(lengths: Int, depth: Int) {
    self.lengths = lengths
    self.depth = depth
  }

  /// One dimension further inside.
  @inlinable var inner: PostgresArrayPosition { PostgresArrayPosition(lengths: lengths, depth: depth + 1) }

  /// Notes the length of the dimension at this depth, which must be the same everywhere.
  @inlinable
  func setLength(_ count: Int, in buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    let known = buffer.int32(at: lengths + 8 * depth)
    guard let count = Int32(exactly: count) else { throw PostgresParameterBuffer.tooLarge }
    guard known == -1 || known == count else {
      throw PostgresError(
        .encoding,
        "The inner arrays of a PostgreSQL array must have equal lengths, not \(known) and \(count).")
    }
    buffer.overwrite(at: lengths + 8 * depth, with: count)
  }

  /// Gives the dimensions that nothing was found in, being inside of an empty one, the length 0.
  @inlinable
  func close(dimensions: Int, in buffer: inout PostgresParameterBuffer) {
    for depth in 0..<dimensions where buffer.int32(at: lengths + 8 * depth) == -1 {
      buffer.overwrite(at: lengths + 8 * depth, with: 0)
    }
  }
}
