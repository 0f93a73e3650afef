extension Array: PostgresDecodable where Element: PostgresDecodable {
  /// Takes an array of as many dimensions as the Swift arrays are nested, or an empty one; `[UInt8]` takes
  /// bytea.
  ///
  /// Lower bounds are dropped; `PostgresArray` keeps them. Elements that may be NULL need an Optional.
  /// Inside of arrays the server names domains, and not the types under them: an element of a type that
  /// isn't built in is taken for what the Swift type is sent as, if the number of its bytes allows that.
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
    let elements = try decodeDimension(of: header, in: bytes, at: &offset, depth: 0)
    guard offset == bytes.byteCount else { throw .malformed("array") }
    return elements
  }

  /// Decodes a dimension of elements.
  @inlinable
  public static func decodeDimension(
    of array: PostgresArrayHeader, in bytes: RawSpan, at offset: inout Int, depth: Int
  ) throws(PostgresDecodingFailure) -> [Element] {
    guard Element.self != UInt8.self else { throw .dimensions(array.dimensionCount) }
    return try decodeElements(
      array.length(in: bytes, depth: depth), of: array, in: bytes, at: &offset, depth: depth + 1)
  }

  /// Decodes so many elements, or dimensions of elements.
  ///
  /// The innermost loop calls nothing that the compiler can't specialise for the element's type: a default
  /// implementation of a protocol in another module would make an element ten times as dear, and so would a
  /// closure with a span in it.
  @inlinable @inline(__always)
  static func decodeElements(
    _ count: Int, of array: PostgresArrayHeader, in bytes: RawSpan, at offset: inout Int, depth: Int
  ) throws(PostgresDecodingFailure) -> [Element] {
    var elements: [Element] = []
    elements.reserveCapacity(count)
    do throws(PostgresDecodingFailure) {
      if depth == array.dimensionCount {
        var index = 0
        // Apart, so that one look at the type is enough for all elements.
        if array.elementType.isUserDefined {
          while index < count {
            elements.append(try Element.decodeField(in: bytes, at: &offset, as: array.elementType))
            index &+= 1
          }
        }
        while index < count {
          elements.append(try Element.decodeBuiltInField(in: bytes, at: &offset, as: array.elementType))
          index &+= 1
        }
      } else {
        for _ in 0..<count {
          elements.append(try Element.decodeDimension(of: array, in: bytes, at: &offset, depth: depth))
        }
      }
    } catch {
      throw error == .typeMismatch ? .innerTypeMismatch(array.elementType) : error
    }
    return elements
  }
}

extension Array: PostgresEncodable where Element: PostgresEncodable {
  /// The array type over the elements' type; of `[UInt8]`, bytea.
  @inlinable public static var postgresType: PostgresType { isBytea ? .bytea : Element.postgresArrayType }

  /// The innermost elements' type; of `[UInt8]`, bytea.
  @inlinable public static var postgresElementType: PostgresType {
    isBytea ? .bytea : Element.postgresElementType
  }

  /// The same array type, however deep the arrays are nested; of `[UInt8]`, bytea[].
  @inlinable public static var postgresArrayType: PostgresType {
    isBytea ? PostgresType.bytea.array ?? .unspecified : Element.postgresArrayType
  }

  /// One more than the elements'; of `[UInt8]`, 0.
  @inlinable public static var postgresDimensions: Int { isBytea ? 0 : Element.postgresDimensions + 1 }

  /// The array with lower bounds of 1, as array_recv (src/backend/utils/adt/arrayfuncs.c) takes it; `[UInt8]`
  /// as it is.
  ///
  /// - Throws: `encoding` if nested arrays differ in their lengths.
  @inlinable
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    if Self.isBytea {
      buffer.append(contentsOf: unsafeBitCast(self, to: [UInt8].self))
      return
    }
    let dimensions = Self.postgresDimensions
    let target = buffer.target
    let position = PostgresArrayPosition(
      openingArrayOf: target?.element?.type ?? Element.postgresElementType, dimensions: dimensions,
      in: &buffer)
    if target != nil { buffer.target = target?.element }
    try encodeElement(into: &buffer, of: position)
    if target != nil { buffer.target = target }
    position.close(dimensions: dimensions, in: &buffer)
  }

  /// Appends a dimension of elements.
  @inlinable
  public func encodeElement(
    into buffer: inout PostgresParameterBuffer, of array: PostgresArrayPosition
  ) throws(PostgresError) {
    if Self.isBytea { return try buffer.append(field: self) }
    try array.setLength(count, in: &buffer)
    for element in self { try element.encodeElement(into: &buffer, of: array.inner) }
  }

  @inlinable static var isBytea: Bool { Element.self == UInt8.self }
}
