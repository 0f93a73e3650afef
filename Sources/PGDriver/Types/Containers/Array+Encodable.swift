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
