/// The integers among libpq's parameters, read as libpq reads them.
enum IntegerParameter {
  /// Those that libpq reads by the rule of `value`.
  ///
  /// libpq itself looks at some of them late: at connect_timeout when it waits for the connection itself,
  /// which this driver doesn't let it do, at the others when it connects by TCP or makes a cancel request,
  /// which then isn't sent.
  static let names = [
    "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
    "tcp_user_timeout",
  ]

  /// The number that a text stands for: decimal, with a sign or none, in 32 bits, and white space around it;
  /// nil if it doesn't.
  ///
  /// libpq's `pqParseIntParam` (src/interfaces/libpq/fe-connect.c): C's strtol and isspace.
  static func value(_ text: String) -> Int32? {
    var rest = text.utf8[...].drop(while: isSpace)
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty, rest[digits.endIndex...].allSatisfy(isSpace) else { return nil }
    return Int32((isNegative ? "-" : "") + String(Substring(digits)))
  }

  /// A list of ports, whose elements may be missing.
  static func isPorts(_ text: String) -> Bool {
    text.utf8.split(separator: UInt8(ascii: ",")).allSatisfy { value(String(Substring($0))) != nil }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
