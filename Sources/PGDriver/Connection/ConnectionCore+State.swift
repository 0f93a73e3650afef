import CLibPQ
import PGSystem

// What the fronts ask of a connection.
extension ConnectionCore {
  /// The descriptor to wait for: the socket, or what tells that a large message was sent; -1 if
  /// there is none.
  var socket: Int32 { largeSend?.descriptor ?? handle.map { PQsocket($0) } ?? -1 }

  /// The process that serves the connection on the server's machine.
  var backendProcessID: Int32 { handle.map { PQbackendPID($0) } ?? 0 }

  /// The server's version as libpq counts it: 150018 is 15.18.
  var serverVersion: Int32 { handle.map { PQserverVersion($0) } ?? 0 }

  var transactionStatus: PostgresTransactionStatus {
    PostgresTransactionStatus(handle.map { PQtransactionStatus($0) } ?? PQTRANS_UNKNOWN)
  }

  /// A parameter that the server reports by itself, such as server_version or TimeZone.
  func serverParameter(_ name: String) -> String? {
    handle.flatMap { PQparameterStatus($0, name) }.map { String(cString: $0) }
  }

  var isClosed: Bool { handle == nil }

  /// What another thread needs to cancel the command in progress.
  func cancelRequest() -> CancelRequest? {
    handle.flatMap { PQgetCancel($0) }.map { CancelRequest($0) }
  }

  /// Collects what the server has sent unasked: notifications, notices, and why it ends the session.
  ///
  /// For a connection with no operation in progress.
  func consumeIdleInput() throws(PostgresError) {
    let handle = try open()
    guard PQconsumeInput(handle) == 1 else { throw lost() }
    // libpq parses what came only when it is asked something.
    _ = PQisBusy(handle)
    takeNotifications(handle)
    // The end of the stream may be still to come, but nothing else.
    if reasonForEnd != nil { throw lost() }
  }

  /// The same, where none is there to be told of a loss: the next call tells it.
  func consumeIdleInputQuietly() {
    do throws(PostgresError) {
      try consumeIdleInput()
    } catch {
      isLossUnreported = true
    }
  }

  /// Takes in what is there already if no operation is in progress, so that what is known of the connection
  /// is true now.
  ///
  /// Bounded, for the server may send without end. Of a loss the next call tells.
  func takeInIdleInput() {
    guard case .idle = phase else { return }
    var left = 16
    while left > 0, !isClosed, SocketPoll.isReadable(socket) {
      consumeIdleInputQuietly()
      left -= 1
    }
  }

  /// Why the connection broke, if no call has thrown that yet.
  func takeUnreportedLoss() -> PostgresError? {
    defer { isLossUnreported = false }
    return isLossUnreported ? loss : nil
  }

  /// What a call on a closed connection throws: why it broke, unless another has thrown that already.
  func closedError() -> PostgresError {
    if let loss = takeUnreportedLoss() { return loss }
    let reason = loss.map { "The connection is closed since it was lost. \($0.message)" }
    return PostgresError(
      .connectionClosed,
      "\(reason ?? "The connection is closed.") Open a new one, or take one from a pool.",
      serverFields: loss?.serverFields)
  }

  /// Fails if the server has ended the connection already.
  ///
  /// For a connection with no operation in progress: before a COMMIT, whose outcome is not known once
  /// it was sent.
  func checkIsAlive() throws(PostgresError) {
    guard SocketPoll.isReadable(socket) else { return }
    try consumeIdleInput()
  }

  func takeNotifications(_ handle: OpaquePointer) {
    while let notification = PQnotifies(handle) {
      mayListen = true
      notifications.append(
        PostgresNotification(
          channel: String(cString: notification.pointee.relname),
          payload: notification.pointee.extra.map { String(cString: $0) } ?? "",
          processID: notification.pointee.be_pid))
      PQfreemem(notification)
    }
  }

  /// Forgets what came for the last user of a pool's connection, which listens no more.
  func forgetListening() {
    notifications = Queue()
    mayListen = false
  }
}

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
      "The session's client_encoding was changed to \(serverParameter("client_encoding") ?? "another one"), "
        + "but text is exchanged in UTF8. Execute \"SET client_encoding = 'UTF8'\".")
  }
}

/// The encodings that a connection's texts can have.
enum ClientEncoding: String {
  /// What Swift's strings are.
  case utf8 = "UTF8"
  /// The server's bytes as they are, for databases without an encoding.
  case sqlASCII = "SQL_ASCII"

  /// Reads a name as the server does, which compares letters and digits only (src/common/encnames.c).
  init?(parameter: String) {
    let letters = parameter.lowercased().utf8.filter {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    switch String(decoding: letters, as: UTF8.self) {
    case "utf8", "unicode": self = .utf8
    case "sqlascii": self = .sqlASCII
    default:
      guard parameter.isEmpty else { return nil }
      self = .utf8
    }
  }
}
