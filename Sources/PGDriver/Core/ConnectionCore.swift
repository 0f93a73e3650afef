import CLibPQ

/// One libpq connection and the operation in progress on it.
///
/// It never waits.
///
/// Both drivers are fronts of this: they start an operation, then `advance` it, and in between wait, each in its
/// own way, for what the answered step asks for. The pattern is that of libpq's manual, section 34.4,
/// "Asynchronous Command Processing". Not Sendable: one thread or one actor has it at a time.
final class ConnectionCore {
  private enum Phase {
    case idle
    case connecting
    /// A Parse is on its way, and the parameters wait in the buffer for its outcome.
    case preparing(PreparedStatement)
    case executing(PreparedStatement)
    case runningScript
  }

  /// nil once it is closed.
  private var handle: OpaquePointer?
  private var phase = Phase.idle
  private var parameters = PostgresParameterBuffer()
  private var statements = StatementCache()
  /// Whether libpq still holds bytes that the socket didn't take.
  private var mustFlush = false
  /// Whether the socket was waited for since the last command was sent; before that there is nothing to read.
  private var hasWaited = false
  /// The outcome of the command in progress: its last result, or the first failure.
  private var result: PostgresResult?
  private var failure: PostgresError?

  deinit {
    close()
  }

  // MARK: Connecting

  /// Begins to connect.
  init(connectingTo configuration: PostgresConfiguration) throws(PostgresError) {
    var configured = configuration.parameters
    configured["client_encoding"] = "UTF8"
    configured["application_name"] = configured["application_name"] ?? configured["fallback_application_name"]
    configured["fallback_application_name"] = "PGDriver"
    let keywords = Array(configured.keys)
    let values = keywords.map { configured[$0] ?? "" }
    for (keyword, value) in configured where keyword.utf8.contains(0) || value.utf8.contains(0) {
      throw PostgresError(
        .invalidConfiguration, "The parameter \(keyword) has the character U+0000 in it.")
    }
    handle = CStrings.withPointers(keywords) { keywords in
      CStrings.withPointers(values) { values in PQconnectStartParams(keywords, values, 0) }
    }
    guard let handle else { throw PostgresError(.system, "libpq is out of memory.") }
    phase = .connecting
    PQsetNoticeReceiver(handle, { _, _ in }, nil)
    guard PQstatus(handle) != CONNECTION_BAD else { throw connectFailure() }
  }

  /// Goes on connecting.
  ///
  /// The socket may be another after each call.
  func advanceConnect() throws(PostgresError) -> Step {
    let handle = try open()
    switch PQconnectPoll(handle) {
    case PGRES_POLLING_READING: return .wait(.readable)
    case PGRES_POLLING_WRITING: return .wait(.writable)
    case PGRES_POLLING_OK:
      guard PQsetnonblocking(handle, 1) == 0 else { throw connectFailure() }
      phase = .idle
      return .done
    default: throw connectFailure()
    }
  }

  private func connectFailure() -> PostgresError {
    let text = libpqMessage
    close()
    return PostgresError(.connectionFailed, text)
  }

  // MARK: Commands

  /// Sends a query, or first its Parse if the connection hasn't prepared it yet.
  func start(_ query: PostgresQuery) throws(PostgresError) {
    let handle = try idle()
    try parameters.encode(query.parameters)
    let (statement, isNew) = statements.statement(for: query.sql, types: parameters.types)
    if isNew {
      do throws(PostgresError) {
        try Self.refuseZeroCharacter(in: query.sql)
      } catch {
        statements.remove(statement)
        throw error
      }
      let sent = PQsendPrepare(
        handle, statement.name, query.sql, Int32(parameters.count), parameters.types)
      try begin(.preparing(statement), sent: sent)
    } else {
      try send(statement, on: handle)
    }
  }

  private func send(_ statement: PreparedStatement, on handle: OpaquePointer) throws(PostgresError) {
    let count = Int32(parameters.count)
    let sent = parameters.withLibPQArrays { values, lengths, formats in
      PQsendQueryPrepared(
        handle, statement.name, count, values, lengths, formats, PostgresFormat.binary.rawValue)
    }
    try begin(.executing(statement), sent: sent)
  }

  /// Sends statements without parameters, separated by semicolons, as one simple query.
  func start(script: String) throws(PostgresError) {
    let handle = try idle()
    try Self.refuseZeroCharacter(in: script)
    try begin(.runningScript, sent: PQsendQuery(handle, script))
  }

  /// C would take it for the end of the text, and leave out what follows without a word.
  private static func refuseZeroCharacter(in sql: String) throws(PostgresError) {
    guard !sql.utf8.contains(0) else {
      throw PostgresError(.encoding, "SQL can't hold the character U+0000. Take it out.")
    }
  }

  private func begin(_ phase: Phase, sent: Int32) throws(PostgresError) {
    guard sent == 1 else { throw lost() }
    self.phase = phase
    hasWaited = false
    mustFlush = true
  }

  /// Goes on with the command as far as it can be without waiting.
  func advance() throws(PostgresError) -> Step {
    let handle = try open()
    if hasWaited {
      guard PQconsumeInput(handle) == 1 else { throw lost() }
    }
    if mustFlush {
      switch PQflush(handle) {
      case 0: mustFlush = false
      // The server may stop reading until its own output is read: wait for either.
      case 1: return waiting(for: .readableOrWritable)
      default: throw lost()
      }
    }
    guard hasWaited else { return waiting(for: .readable) }
    while PQisBusy(handle) == 0 {
      guard let next = PQgetResult(handle) else { return try endOfCommand(handle) }
      try take(PostgresResult(next))
    }
    return .wait(.readable)
  }

  private func waiting(for readiness: Readiness) -> Step {
    hasWaited = true
    return .wait(readiness)
  }

  /// Keeps a result, or the failure that it is.
  private func take(_ next: PostgresResult) throws(PostgresError) {
    switch next.status {
    case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
      result = next
    case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
      close()
      throw PostgresError(
        .misuse,
        "COPY can't be run as a query. The connection was closed, for it is in the middle of the COPY.")
    default:
      let fields = ServerFields(next.handle)
      failure = failure ?? PostgresError(.server, fields.message, serverFields: fields)
    }
  }

  /// The server has answered the command whole: goes on to the next one of the operation, if any.
  private func endOfCommand(_ handle: OpaquePointer) throws(PostgresError) -> Step {
    if PQstatus(handle) == CONNECTION_BAD { throw lost() }
    if case .preparing(let statement) = phase {
      guard failure == nil else {
        statements.remove(statement)
        return .done
      }
      result = nil
      try send(statement, on: handle)
      return try advance()
    }
    return .done
  }

  /// The outcome of the command that is done.
  func finish() throws(PostgresError) -> PostgresResult {
    phase = .idle
    let outcome = (result, failure)
    result = nil
    failure = nil
    if let failure = outcome.1 { throw failure }
    guard let result = outcome.0 else {
      throw PostgresError(.connectionLost, "The server answered without a result.")
    }
    return result
  }

  // MARK: State

  /// The socket to wait for; -1 if there is none.
  var socket: Int32 { handle.map { PQsocket($0) } ?? -1 }

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

  /// Says good-bye to the server and frees everything.
  ///
  /// A second call does nothing.
  func close() {
    guard let handle else { return }
    PQfinish(handle)
    self.handle = nil
  }

  private func open() throws(PostgresError) -> OpaquePointer {
    guard let handle else {
      throw PostgresError(
        .connectionClosed, "The connection is closed. Open a new one, or take one from a pool.")
    }
    return handle
  }

  private func idle() throws(PostgresError) -> OpaquePointer {
    let handle = try open()
    guard case .idle = phase else {
      throw PostgresError(.misuse, "The connection is busy with another command.")
    }
    return handle
  }

  /// Closes the connection, which is of no further use, and says why.
  ///
  /// What the server said of it comes first.
  private func lost() -> PostgresError {
    let fields = failure?.serverFields
    let text = fields.map { "The server ended the connection: \($0.message)" } ?? libpqMessage
    close()
    return PostgresError(.connectionLost, text, serverFields: fields)
  }

  private var libpqMessage: String {
    guard let text = handle.flatMap({ PQerrorMessage($0) }) else { return "The connection is closed." }
    let message = String(cString: text).onOneLine
    return message.isEmpty ? "The connection broke without a message." : message
  }
}
