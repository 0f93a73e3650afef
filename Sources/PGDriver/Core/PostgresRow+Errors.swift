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
        "it is in text format, which \(expected) isn't decoded from; "
          + "ask for the binary format, in which results come by default"
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
