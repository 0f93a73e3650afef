/// What libpq says of a failed attempt to connect, taken apart.
///
/// libpq keeps only the text of the server's answer. With PQERRORS_VERBOSE that has the SQLSTATE after the severity:
/// "FATAL:  28P01: password authentication failed …", and a line "LOCATION:  …" at the end.
struct ConnectRefusal {
  let message: String
  let fields: ServerFields?

  /// - Parameter text: libpq's message on one line.
  init(_ text: String) {
    for severity in ["FATAL", "ERROR", "PANIC"] {
      guard let start = text.firstRange(of: "\(severity):  "),
        let end = text[start.upperBound...].firstRange(of: ": ")
      else { continue }
      let code = text[start.upperBound..<end.lowerBound]
      guard code.utf8.count == 5, code.allSatisfy({ $0.isASCII && ($0.isNumber || $0.isUppercase) })
      else { continue }
      let rest = text[end.upperBound...]
      let reason = rest.firstRange(of: " LOCATION:  ").map { rest[..<$0.lowerBound] } ?? rest
      message = String(text[..<start.upperBound] + reason)
      fields = ServerFields(
        severity: severity, sqlState: SQLState(rawValue: String(code)), message: String(reason))
      return
    }
    message = text
    fields = nil
  }
}
