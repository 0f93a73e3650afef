import CLibPQ
import PGSystem

/// One libpq connection and the operation in progress on it; it never waits.
///
/// Both drivers are fronts of this: they start an operation, then advance it, and in between wait, each in
/// its own way, for what the returned step asks for. The pattern is that of libpq's manual, section 34.4,
/// "Asynchronous Command Processing". The operations are in extensions, a file for each. Not Sendable: one
/// thread or one task has it at a time.
///
/// Exclusivity, unchecked: nothing that is called while a variable is being changed gets at this object, and
/// the checks would be a good part of what a query costs on this side.
final class ConnectionCore {
  /// What the connection is doing.
  enum Phase {
    case idle
    case connecting
    /// A DEALLOCATE of a statement that had to make room is on its way; then comes the Parse, or the
    /// pipeline.
    case deallocating(PreparedStatement?)
    /// A Parse is on its way, and the parameters wait in the buffer for its outcome.
    case preparing(PreparedStatement)
    /// nil is the unnamed statement, which is parsed and run at once.
    case executing(PreparedStatement?)
    case runningScript
    case streaming
    case pipelining
    /// A statement is being described, and replies to so many Syncs are still to come.
    case describing(syncsLeft: Int)
    case copyingIn
    case copyingOut
  }

  /// nil once it is closed.
  @exclusivity(unchecked) var handle: OpaquePointer?
  @exclusivity(unchecked) var phase = Phase.idle
  @exclusivity(unchecked) var parameters = PostgresParameterBuffer()
  @exclusivity(unchecked) var statements: StatementCache
  /// Statements whose dates are known to be wanted as points in time.
  @exclusivity(unchecked) var checkedForDates: Set<SQLText> = []
  /// Names that the server still knows, of statements that the cache has no room for.
  @exclusivity(unchecked) var abandonedStatements: [String] = []
  /// Whether the query in progress was prepared by this operation.
  @exclusivity(unchecked) var isJustPrepared = false
  /// Whether the query in progress has been prepared anew already.
  @exclusivity(unchecked) var isRetried = false
  /// Whether libpq still holds bytes that the socket didn't take.
  @exclusivity(unchecked) var mustFlush = false
  /// Whether the socket was waited for since the last command was sent; before that there is nothing to read.
  @exclusivity(unchecked) var hasWaited = false
  /// The outcome of the command in progress: its last result, or the first failure.
  @exclusivity(unchecked) var result: PostgresResult?
  @exclusivity(unchecked) var failure: PostgresError?
  /// Why this side wants the server to cancel the operation in progress; told in place of what the server
  /// says of it.
  @exclusivity(unchecked) var cancelReason: PostgresError?
  /// A message that is being sent by a thread of its own, for its size.
  @exclusivity(unchecked) var largeSend: LargeSend?
  /// Whether the operation before was broken off, since its rows weren't wanted any more, and the
  /// server said so.
  @exclusivity(unchecked) var wasCutShort = false
  /// Whether libpq was told to give the rows of the stream in progress one by one.
  @exclusivity(unchecked) var isSingleRowModeSet = false
  /// The number of the rows, or of the data of a COPY, that a body takes or writes: another one before and after.
  @exclusivity(unchecked) private(set) var streamNumber = 0
  /// Whether more than one read was needed for the reply in progress.
  @exclusivity(unchecked) var cameInParts = false
  /// Whether libpq has had to make its buffers large, which it keeps so until the connection is closed.
  @exclusivity(unchecked) private(set) var hasLargeBuffers = false
  /// Whether the data of a COPY is dropped, which came where none can be taken.
  @exclusivity(unchecked) var isDroppingCopy = false
  /// The ends of transactions that were seen.
  @exclusivity(unchecked) var transactionEnds = TransactionEnds()
  /// The client_encoding that the session began with: UTF8, or SQL_ASCII, in which bytes go both ways
  /// as they are.
  @exclusivity(unchecked) var configuredEncoding: Int32 = -1
  /// The text of the operation in progress, if it isn't that of a prepared statement.
  @exclusivity(unchecked) var unpreparedText: String?
  /// Notifications that came with the replies and wait to be taken.
  @exclusivity(unchecked) var notifications = Queue<PostgresNotification>()

  /// Whether the session may listen on a channel: LISTEN was run, or a notification came.
  @exclusivity(unchecked) var mayListen = false

  /// Called before a descriptor that may have been waited for is closed, unless libpq has closed it already.
  var willClose: (() -> Void)?

  /// What connecting goes by, and how far it has come; nil once it is done.
  var progress: ConnectProgress?

  let noticeHandler: (@Sendable (ServerFields) -> Void)?
  /// Why the server ended the connection, if it said so after it had replied to the last command.
  var reasonForEnd: ServerFields?
  /// Why the connection broke, if it did.
  private(set) var loss: PostgresError?
  /// Whether no call has thrown the loss yet.
  var isLossUnreported = false

  deinit {
    close()
  }

  // MARK: What a body is given

  /// Begins rows or data that a body takes or writes; returns their number.
  func beginStream() -> Int {
    streamNumber &+= 1
    return streamNumber
  }

  /// Ends them, so that what the body was given can't be used any more.
  func endStream() { streamNumber &+= 1 }

  /// Throws for what a body was given and has kept: the rows and the data that there are now are another's.
  func check(stream number: Int) throws(PostgresError) {
    guard number == streamNumber else { throw .streamEnded }
  }

  // MARK: Connecting

  /// Gets ready to connect, by `advanceConnect`.
  ///
  /// - Throws: `invalidConfiguration`; `connectionFailed` for parameters that libpq refuses.
  init(
    connectingTo configuration: PostgresConfiguration,
    noticeHandler: (@Sendable (ServerFields) -> Void)? = nil
  ) throws(PostgresError) {
    progress = ConnectProgress(try ConnectPlan(configuration))
    statements = StatementCache(capacity: configuration.statementCacheSize)
    self.noticeHandler = noticeHandler
    phase = .connecting
  }

  // MARK: What every operation does

  /// The handle, if the connection is open.
  func open() throws(PostgresError) -> OpaquePointer {
    guard let handle else { throw closedError() }
    return handle
  }

  /// The handle, if no operation is in progress.
  func idle() throws(PostgresError) -> OpaquePointer {
    let handle = try open()
    guard case .idle = phase else {
      throw PostgresError(
        .misuse, "The connection is busy with another command. Let that end, or use another connection.")
    }
    return handle
  }

  /// The handle, if no operation is in progress, and text is what it is taken for.
  @inline(__always)
  func ready() throws(PostgresError) -> OpaquePointer {
    let handle = try idle()
    try checkEncoding(handle)
    return handle
  }

  /// Notes that a command was handed to libpq.
  ///
  /// - Parameter sent: What libpq's function returned: 1 if it took the command.
  func begin(_ phase: Phase, sent: Int32) throws(PostgresError) {
    guard sent == 1 else { throw notSent() }
    self.phase = phase
    hasWaited = false
    mustFlush = true
  }

  /// Why libpq didn't take a command: the connection is broken, or the command can't be sent.
  func notSent() -> PostgresError {
    guard let handle, PQstatus(handle) == CONNECTION_OK else { return lost() }
    defer { endOperation() }
    return PostgresError(.encoding, "The command can't be sent: \(libpqMessage)")
  }

  /// Moves bytes both ways as far as they go; returns what to wait for before anything can be expected.
  func pump(_ handle: OpaquePointer) throws(PostgresError) -> Readiness? {
    if largeSend != nil, let readiness = try advanceLargeSend() { return readiness }
    if hasWaited {
      guard PQconsumeInput(handle) == 1 else { throw lostAfterReadingReason(handle) }
    }
    if mustFlush {
      switch PQflush(handle) {
      case 0: mustFlush = false
      // The server may stop reading until its own output is read: wait for either.
      case 1:
        hasWaited = true
        return .readableOrWritable
      default: throw lost()
      }
    }
    guard hasWaited else {
      hasWaited = true
      return .reply
    }
    return nil
  }

  /// Keeps a result, or the failure that it is.
  func take(_ next: PostgresResult) {
    switch next.status {
    case PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE:
      // A row is a message. Among several rows, it isn't worth looking for one that takes most of their
      // memory.
      if cameInParts, next.rowCount == 1 { noteMessage(of: PQresultMemorySize(next.handle)) }
      result = next
    case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      noteTag(of: next)
      result = next
    default:
      // An error without fields is libpq's own, that of a broken connection, which `lost` tells.
      guard failure == nil, let fields = ServerFields(next.handle) else { return }
      failure = serverError(fields)
    }
  }

  /// Notes that a message of a size went through libpq's buffers.
  @inline(__always)
  func noteMessage(of bytes: Int) {
    if bytes > 16 << 20 { hasLargeBuffers = true }
  }

  /// Notes what a command's tag says of the session; that of a command that returns rows says nothing.
  @inline(__always)
  func noteTag(of result: PostgresResult) {
    let tag = CommandTag(of: result.handle)
    if tag != .other { note(tag) }
  }

  private func note(_ tag: CommandTag) {
    switch tag {
    case .discard:
      statements.removeAll()
      abandonedStatements = []
    case .listen: mayListen = true
    default: transactionEnds.note(tag)
    }
  }

  /// What the server's refusal is to the caller: a cancellation is told by its reason, if it was this side's.
  ///
  /// What is left early only reads: whatever fails in it by then is about rows that nobody wants.
  func serverError(_ fields: ServerFields) -> PostgresError {
    guard let cancelReason else { return .server(fields) }
    let isUnwanted = cancelReason.code == .cutShort && fields.severity == "ERROR"
    return isUnwanted || fields.sqlState == .queryCanceled ? cancelReason : .server(fields)
  }

  /// Ends the operation and returns what came of it.
  func finish() throws(PostgresError) -> PostgresResult {
    defer { endOperation() }
    if let failure { throw failure }
    guard let result else {
      throw PostgresError(.connectionLost, "The server replied without a result.")
    }
    return result
  }

  /// Ends the operation and returns its rows.
  func finishRows() throws(PostgresError) -> PostgresRows {
    let rows = try finish()
    // A query may have changed the encoding for its own rows.
    if rows.columnCount > 0, let handle { try checkEncoding(handle) }
    return PostgresRows(rows)
  }

  /// Makes ready for the next operation, and keeps the notifications that came with this one's replies.
  func endOperation() {
    if transactionEnds.isOpen { transactionEnds.noteEnd(transactionStatus, sql: text) }
    phase = .idle
    (isJustPrepared, isRetried, cameInParts) = (false, false, false)
    result = nil
    if unpreparedText != nil { unpreparedText = nil }
    wasCutShort = false
    if let failure {
      wasCutShort = failure.code == .cutShort
      self.failure = nil
    }
    if cancelReason != nil { cancelReason = nil }
    parameters.giveBackMemory()
    if let handle { takeNotifications(handle) }
  }

  /// The text of the operation in progress, where it is known.
  private var text: String? {
    if case .executing(let statement?) = phase { return statement.sql.string }
    return unpreparedText
  }

  /// C would take it for the end of the text, and leave out what follows without a word.
  static func refuseZeroCharacter(in sql: String) throws(PostgresError) {
    guard !sql.utf8.contains(0) else {
      throw PostgresError(.encoding, "SQL can't hold the character U+0000. Take it out.")
    }
  }

  // MARK: The end

  /// Says good-bye to the server and frees everything.
  ///
  /// A second call does nothing.
  func close() {
    guard let handle else { return }
    largeSend?.abort(PQsocket(handle))
    willClose?()
    largeSend = nil
    PQfinish(handle)
    self.handle = nil
  }

  /// Closes the connection, which is of no further use, and says why.
  ///
  /// What the server said of it comes first.
  func lost() -> PostgresError {
    // What came before the end still counts; asking for it has libpq parse it, and the server's reason with
    // it. The thread of a large message has libpq to itself.
    if let handle, largeSend == nil { takeNotifications(handle) }
    let fields = failure?.serverFields ?? reasonForEnd
    let text = fields.map { "The server ended the connection: \($0.message)" } ?? libpqMessage
    close()
    let error = PostgresError(.connectionLost, text, serverFields: fields)
    loss = error
    return error
  }

  /// The end of the stream may come with the server's reason for it, which libpq holds unread.
  func lostAfterReadingReason(_ handle: OpaquePointer) -> PostgresError {
    var left = 16
    while left > 0, failure == nil, let next = PQgetResult(handle) {
      take(PostgresResult(next))
      left -= 1
    }
    return lost()
  }

  var libpqMessage: String {
    guard let text = handle.flatMap({ PQerrorMessage($0) }) else { return "The connection is closed." }
    let message = String(cString: text).onOneLine
    return message.isEmpty ? "The connection broke without a message." : message
  }
}
