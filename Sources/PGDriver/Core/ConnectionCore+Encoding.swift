import CLibPQ

// Text is UTF-8 on this side, so it has to be on the way to the server and back.
extension ConnectionCore {
  private static let utf8 = pg_char_to_encoding("UTF8")
  /// Refuses to exchange text while the session has another client_encoding, in which it would be other text.
  ///
  /// libpq keeps what the server reports of that parameter (libpq manual, `PQclientEncoding`).
  @inline(__always)
  func checkEncoding(_ handle: OpaquePointer) throws(PostgresError) {
    let encoding = PQclientEncoding(handle)
    if encoding != configuredEncoding { try refuse(encoding) }
  }

  private func refuse(_ encoding: Int32) throws(PostgresError) {
    if encoding != Self.utf8 { throw otherEncoding() }
  }

  /// Refuses the same of a script, unless all of it is ASCII, so that it can set the encoding right.
  func checkEncoding(of script: String, _ handle: OpaquePointer) throws(PostgresError) {
    let encoding = PQclientEncoding(handle)
    if encoding == Self.utf8 || encoding == configuredEncoding { return }
    guard script.utf8.allSatisfy({ $0 < 128 }) else { throw otherEncoding() }
  }

  private func otherEncoding() -> PostgresError {
    PostgresError(
      .encoding,
      "The session's client_encoding was changed to \(serverParameter("client_encoding") ?? "another one"), but text "
        + "is exchanged in UTF8. Execute \"SET client_encoding = 'UTF8'\".")
  }
}
