/// Reads the text of a value from its beginning to its end, a part after the other.
///
/// What a method doesn't find it leaves where it is, and returns nil or false.
struct TextScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) {
    rest = text[...].utf8
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// The next byte, left where it is; nil at the end.
  var next: UInt8? { rest.first }

  /// Takes a character of ASCII.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard let byte = rest.first, UInt32(byte) == character.value else { return false }
    rest.removeFirst()
    return true
  }

  /// Takes a piece of text.
  mutating func take(_ text: String) -> Bool {
    guard rest.starts(with: text.utf8) else { return false }
    rest.removeFirst(text.utf8.count)
    return true
  }

  /// Takes a decimal number without a sign.
  mutating func number(digits: ClosedRange<Int>) -> Int? {
    guard let (value, _) = countedNumber(digits: digits) else { return nil }
    return value
  }

  /// Takes a decimal number without a sign, and counts its digits.
  mutating func countedNumber(digits: ClosedRange<Int>) -> (value: Int, digits: Int)? {
    let found = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard digits.contains(found.count), let value = Int(Substring(found)) else { return nil }
    rest.removeFirst(found.count)
    return (value, found.count)
  }

  /// Takes a letter or more.
  mutating func word() -> String? {
    let found = rest.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
    guard !found.isEmpty else { return nil }
    rest.removeFirst(found.count)
    return String(Substring(found))
  }

  /// Takes bytes as long as they are of a kind, maybe none.
  mutating func take(while isTaken: (UInt8) -> Bool) -> String {
    let found = rest.prefix(while: isTaken)
    rest.removeFirst(found.count)
    return String(Substring(found))
  }
}

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
