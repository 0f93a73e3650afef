extension RawSpan {
  /// Reads a value from its text.
  ///
  /// - Parameter format: What it should be, for the failure.
  /// - Parameter isTaken: Whether the Swift type takes values of the column's type; throws `typeMismatch`
  ///   if not.
  func parse<Value: LosslessStringConvertible>(
    _ format: @autoclosure () -> String, as type: Value.Type = Value.self, if isTaken: Bool
  ) throws(PostgresDecodingFailure) -> Value {
    guard isTaken else { throw .typeMismatch }
    guard let value = Value(try String.decodeText(self)) else { throw .malformed(format()) }
    return value
  }
}
