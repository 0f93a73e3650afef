// Disfavoured, so that what is decodable from a column by itself, such as Int, is decoded so: as a tuple of
// one.
extension PostgresRow {
  /// Decodes the whole row as a value of a Decodable type, whose coding keys are the columns' names.
  ///
  /// A property may be of any type that can be decoded from a column, an array or an Optional of such, or a
  /// Decodable type that decodes a single value, such as an enum of strings. An Optional is nil too if there
  /// is no such column.
  ///
  /// - Parameter keys: How coding keys are made of the columns' names.
  /// - Throws: `decoding` if a column is missing, its type isn't one that the property takes, or it is NULL
  ///   and the property isn't an Optional.
  @_disfavoredOverload
  public func decode<Row: Decodable>(
    _ type: Row.Type = Row.self, keys: PostgresKeyStrategy = .columnNames
  ) throws(PostgresError) -> Row {
    try PostgresRowDecoder(result, keys).decode(type, row: index)
  }
}

extension PostgresRows {
  /// Decodes every row as a value of a Decodable type, whose coding keys are the columns' names.
  ///
  /// - Parameter keys: How coding keys are made of the columns' names.
  /// - Throws: as `PostgresRow.decode`.
  @_disfavoredOverload
  public func decode<Row: Decodable>(
    _ type: Row.Type, keys: PostgresKeyStrategy = .columnNames
  ) throws(PostgresError) -> [Row] {
    let decoder = PostgresRowDecoder(result, keys)
    var values: [Row] = []
    values.reserveCapacity(count)
    for index in 0..<count { values.append(try decoder.decode(type, row: index)) }
    return values
  }
}
