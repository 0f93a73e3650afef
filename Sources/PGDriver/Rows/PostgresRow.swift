/// One row of a result.
public struct PostgresRow: Sendable {
  @usableFromInline let result: PostgresResult
  @usableFromInline let index: Int

  @inlinable
  init(result: PostgresResult, index: Int) {
    self.result = result
    self.index = index
  }

  /// The number of columns.
  @inlinable public var count: Int { result.columnCount }

  /// Decodes the value in a column, counted from 0.
  ///
  /// - Throws: `decoding` if there is no such column, its type isn't one that `Value` takes, or it is NULL
  ///   and `Value` isn't an Optional.
  @inlinable @inline(__always)
  public func decode<Value: PostgresDecodable>(
    _ type: Value.Type = Value.self, at column: Int
  ) throws(PostgresError) -> Value {
    guard column >= 0 && column < result.columnCount && index >= 0 && index < result.binaryRowCount else {
      return try decodeText(at: column)
    }
    let cell = result.cell(row: index, column: column)
    do throws(PostgresDecodingFailure) {
      guard let bytes = cell.bytes else { return try Value.decodeNull() }
      return try Value.decode(bytes.bytes, as: cell.type)
    } catch {
      throw failure(error, column: column, expected: "\(Value.self)")
    }
  }

  /// The same of a result in text format; apart, so that the loops over values in binary format hold
  /// none of it.
  @inlinable @inline(never)
  func decodeText<Value: PostgresDecodable>(at column: Int) throws(PostgresError) -> Value {
    guard column >= 0 && column < result.columnCount && index >= 0 && index < result.rowCount else {
      throw noColumn("\(column)")
    }
    let cell = result.cell(row: index, column: column)
    do throws(PostgresDecodingFailure) {
      guard let bytes = cell.bytes else { return try Value.decodeNull() }
      return try Value.decode(text: bytes.bytes, as: cell.type)
    } catch {
      throw failure(error, column: column, expected: "\(Value.self)")
    }
  }

  /// Decodes the value in the first column of a name.
  ///
  /// - Throws: as `decode(_:at:)`.
  @inlinable
  public func decode<Value: PostgresDecodable>(
    _ type: Value.Type = Value.self, named name: String
  ) throws(PostgresError) -> Value {
    guard let column = result.index(ofColumn: name) else { throw noColumn("\"\(name)\"") }
    return try decode(type, at: column)
  }

  /// Decodes the whole row as a tuple.
  ///
  /// - Throws: as `decode(_:at:)`, and if the row hasn't as many columns as the tuple has elements.
  @inlinable
  public func decode<each Value: PostgresDecodable>(
    _ type: (repeat each Value).Type = (repeat each Value).self
  ) throws(PostgresError) -> (repeat each Value) {
    var expected = 0
    for _ in repeat (each Value).self { expected += 1 }
    guard expected == count else { throw wrongWidth(expected) }
    var column = -1
    func next<V: PostgresDecodable>(_: V.Type) throws(PostgresError) -> V {
      column += 1
      return try decode(V.self, at: column)
    }
    return (repeat try next((each Value).self))
  }
}

/// What is said when a row isn't what the caller took it for: which column, what was expected, what was
/// found.
extension PostgresRow {
  @usableFromInline
  func failure(_ failure: PostgresDecodingFailure, column: Int, expected: String) -> PostgresError {
    let found = result.type(ofColumn: column)
    let name = result.name(ofColumn: column)
    let reason =
      switch failure {
      case .null: "its value of type \(found) is NULL; decode \(expected)? to allow that"
      case .typeMismatch: "its type is \(found)"
      case .outOfRange: "its value of type \(found) doesn't fit"
      case .innerTypeMismatch(let inner): "it is of type \(found) and contains values of type \(inner)"
      case .dimensions(let number): "its array of type \(found) has \(number) dimensions"
      case .fields(let number): "its value of type \(found) has \(number) fields"
      case .label(let label): "its type is \(found) and \(expected) has no case \"\(label)\""
      case .textFormat:
        "it is in text format, which \(expected) isn't decoded from; ask for the binary format, in which "
          + "results come by default"
      case .malformed(let what) where result.isText:
        "its type is \(found), but its text is not a \(what) as DateStyle ISO and IntervalStyle "
          + "postgres have it; ask for the binary format, or decode it as String"
      case .malformed(let what): "its type is \(found), but its bytes are not a valid \(what)"
      }
    return PostgresError(
      .decoding, "Column \"\(name)\" (number \(column)) can't be decoded as \(expected): \(reason).")
  }

  @usableFromInline
  func noColumn(_ which: String) -> PostgresError {
    let names = (0..<result.columnCount).map { result.name(ofColumn: $0) }.joined(separator: ", ")
    return PostgresError(.decoding, "The row has no column \(which); its columns are: \(names).")
  }

  @usableFromInline
  func wrongWidth(_ expected: Int) -> PostgresError {
    PostgresError(.decoding, "A tuple of \(expected) was asked for, but the row has \(count) columns.")
  }
}
