/// What libpq says of a failed attempt to connect, taken apart.
///
/// libpq keeps only the text of the server's answer. With PQERRORS_VERBOSE that has the SQLSTATE after the
/// severity, which is in the server's language: "FATAL:  28P01: password authentication failed …", and a line
/// "LOCATION:  …" at the end. There may be several answers, as when libpq tries anew without encryption; the
/// first one counts.
struct ConnectRefusal {
  let message: String
  let fields: ServerFields?

  /// - Parameter text: libpq's message with its line ends.
  init(_ text: String) {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n")).map { Substring($0) }
    let told = lines.filter { !$0.utf8.starts(with: "LOCATION:  ".utf8) }.joined(separator: "\n").onOneLine
    var rest = Array(told.utf8)[...]
    var message: [UInt8] = []
    var first: (severity: [UInt8], code: [UInt8], start: Int)?
    while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      let afterColon = colon + 1
      message += rest[..<afterColon]
      rest = rest[afterColon...]
      guard let code = Self.code(after: rest) else { continue }
      message += Array("  ".utf8)
      if first == nil {
        let severity = message.dropLast(3).reversed().prefix { $0 != UInt8(ascii: " ") }
        first = (severity.reversed(), Array(code), message.count)
      }
      // Two spaces, the code, a colon and a space.
      rest = rest.dropFirst(2 + code.count + 2)
    }
    message += rest
    self.message = String(decoding: message, as: UTF8.self)
    fields = first.map {
      ServerFields(
        severity: String(decoding: $0.severity, as: UTF8.self),
        sqlState: SQLState(rawValue: String(decoding: $0.code, as: UTF8.self)),
        message: String(decoding: message[$0.start...], as: UTF8.self))
    }
  }

  /// The SQLSTATE, if a text goes on with one; each has a digit in it, so that a word in capitals is none.
  private static func code(after rest: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let spaces = rest.prefix(2)
    let code = rest.dropFirst(2).prefix(5)
    let end = rest.dropFirst(7).prefix(2)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
    guard spaces.elementsEqual("  ".utf8), end.elementsEqual(": ".utf8),
      code.allSatisfy({ digits.contains($0) || letters.contains($0) }), code.contains(where: digits.contains)
    else { return nil }
    return code
  }
}
