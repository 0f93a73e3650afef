import CLibPQ
import PGSystem

// One statement with its parameters, or a script without any.
extension ConnectionCore {
  /// Sends a query, or first its Parse if the connection hasn't prepared it yet.
  ///
  /// - Returns: What has to be asked first; then nothing is sent yet. Most often nil.
  func start(_ query: PostgresQuery) throws(PostgresError) -> DateCheck? {
    let handle = try ready()
    try parameters.encode(query.parameters)
    parameters.resultFormat = query.resultFormat
    if let statement = statements.statement(for: query.text, types: parameters.types) {
      try send(statement, on: handle)
      return nil
    }
    let sql = query.sql
    try check(sql, parameters: parameters.count)
    if let check = dateCheck(of: query, sql: sql) { return check }
    guard mayPrepare else {
      try send(unprepared: sql, .executing(nil), on: handle)
      return nil
    }
    let statement = statements.make(sql, types: parameters.types)
    if try !beginDeallocating(before: statement) { try prepare(statement, on: handle) }
    return nil
  }

  /// Sends statements without parameters, separated by semicolons, as one simple query.
  func start(script: String) throws(PostgresError) {
    let handle = try idle()
    try Self.refuseZeroCharacter(in: script)
    try checkEncoding(of: script, handle)
    try send(script: script, on: handle)
  }

  /// Whether a new statement may be given a name.
  ///
  /// In a transaction none is taken away to make room: that might fail, and the transaction with it.
  private var mayPrepare: Bool {
    guard statements.isFull else { return true }
    return statements.capacity > 0 && transactionStatus == .idle
  }

  // MARK: Sending

  private func prepare(_ statement: PreparedStatement, on handle: OpaquePointer) throws(PostgresError) {
    let bytes = statement.sql.string.utf8.count
    guard bytes < LargeSend.threshold else {
      return try beginLarge(.preparing(statement), bytes: bytes) { Self.put(parseOf: statement, on: $0) }
    }
    try begin(.preparing(statement), sent: Self.put(parseOf: statement, on: handle))
  }

  @inline(__always)
  private func send(_ statement: PreparedStatement, on handle: OpaquePointer) throws(PostgresError) {
    guard parameters.bytes.count < LargeSend.threshold else { return try sendLarge(statement) }
    try begin(.executing(statement), sent: put(statement, on: handle))
  }

  // Apart, for a closure in the way of all queries costs them its context.
  @inline(never)
  private func sendLarge(_ statement: PreparedStatement) throws(PostgresError) {
    try beginLarge(.executing(statement), bytes: parameters.bytes.count) { self.put(statement, on: $0) }
  }

  /// Sends a statement that is parsed and run at once, under no name.
  func send(unprepared sql: String, _ phase: Phase, on handle: OpaquePointer) throws(PostgresError) {
    unpreparedText = sql
    let bytes = parameters.bytes.count + sql.utf8.count
    guard bytes < LargeSend.threshold else {
      return try beginLarge(phase, bytes: bytes) { self.put(unprepared: sql, on: $0) }
    }
    try begin(phase, sent: put(unprepared: sql, on: handle))
  }

  /// Sends a script; also that of a COPY.
  func send(script: String, on handle: OpaquePointer) throws(PostgresError) {
    unpreparedText = script
    let bytes = script.utf8.count
    guard bytes < LargeSend.threshold else {
      // Not the string itself, of which the compiler would make a copy for C.
      return try beginLarge(.runningScript, bytes: bytes) { handle in
        script.withCString { PQsendQuery(handle, $0) }
      }
    }
    try begin(.runningScript, sent: PQsendQuery(handle, script))
  }

  static func put(parseOf statement: PreparedStatement, on handle: OpaquePointer) -> Int32 {
    PQsendPrepare(
      handle, statement.name, statement.sql.string, Int32(statement.types.count), statement.types)
  }

  /// Hands the parameters in the buffer to a prepared statement.
  func put(_ statement: PreparedStatement, on handle: OpaquePointer) -> Int32 {
    let (count, format) = (Int32(parameters.count), parameters.resultFormat.rawValue)
    return parameters.withLibPQArrays { values, lengths, formats in
      PQsendQueryPrepared(handle, statement.nameForC, count, values, lengths, formats, format)
    }
  }

  func put(unprepared sql: String, on handle: OpaquePointer) -> Int32 {
    let (count, format) = (Int32(parameters.count), parameters.resultFormat.rawValue)
    return parameters.withLibPQArrays { values, lengths, formats in
      PQsendQueryParams(handle, sql, count, parameters.types, values, lengths, formats, format)
    }
  }

  // MARK: Making room on the server

  /// Begins to deallocate what had to make room in the cache; returns false if there is nothing, or not now.
  ///
  /// Outside of transactions only, and one by one, so that a name which is gone does no harm to anything.
  func beginDeallocating(before statement: PreparedStatement?) throws(PostgresError) -> Bool {
    guard !abandonedStatements.isEmpty, transactionStatus == .idle, let name = abandonedStatements.popLast()
    else { return false }
    try begin(.deallocating(statement), sent: PQsendQuery(try open(), "DEALLOCATE \(name)"))
    return true
  }

  // MARK: Receiving

  /// Goes on with the query or script as far as it can be without waiting.
  func advance() throws(PostgresError) -> Step {
    let handle = try open()
    if let readiness = try pump(handle) { return .wait(readiness) }
    while true {
      if isDroppingCopy {
        if case .wait(let readiness) = try dropCopyData() { return .wait(readiness) }
        isDroppingCopy = false
      }
      guard PQisBusy(handle) == 0 else {
        cameInParts = true
        return .wait(.readable)
      }
      guard let next = PQgetResult(handle) else { return try endOfCommand(handle) }
      let result = PostgresResult(next)
      if result.isCopy {
        try refuseCopy(result, on: handle)
        if mustFlush { return try advance() }
      } else {
        take(result)
      }
    }
  }

  /// The whole reply to the command has come: goes on to the next one of the operation, if any.
  private func endOfCommand(_ handle: OpaquePointer) throws(PostgresError) -> Step {
    if PQstatus(handle) == CONNECTION_BAD { throw lost() }
    switch phase {
    case .deallocating(let statement):
      // That a name is gone already, as after DISCARD ALL, is as good.
      (result, failure) = (nil, cancelReason)
      guard failure == nil else { return .done }
      guard try !beginDeallocating(before: statement) else { break }
      guard let statement else { return .done }
      try prepare(statement, on: handle)
    case .preparing(let statement):
      guard failure == nil else { return .done }
      result = nil
      isJustPrepared = true
      if let evicted = statements.insert(statement) { abandonedStatements.append(evicted.name) }
      // The server drops a signal that comes between two commands: the second must not be sent.
      failure = cancelReason
      guard failure == nil else { return .done }
      try send(statement, on: handle)
    case .executing(let statement?) where failure != nil:
      guard noteFailure(of: statement) else { return .done }
      (result, failure) = (nil, nil)
      isRetried = true
      try prepare(statements.make(statement.sql.string, types: statement.types), on: handle)
    default:
      return .done
    }
    return try advance()
  }

  /// Forgets a statement that is to blame for its own failure; returns whether it is to be run again.
  ///
  /// That is possible once, and only outside of transactions, since one in progress has failed. But in any
  /// case the next try must not meet the same failure.
  private func noteFailure(of statement: PreparedStatement) -> Bool {
    guard let fields = failure?.serverFields else { return false }
    let mayRunAgain = !isRetried && transactionStatus == .idle
    switch StatementFailure(fields, of: statement) {
    case .ofThisExecution: return false
    case .unknown:
      forgetStatements()
      if !mayRunAgain { failure = .unknownStatement(fields) }
      return mayRunAgain
    case .outdated(let hasDoneNothing):
      // What was parsed a moment ago is not outdated.
      guard !isJustPrepared else { return false }
      if statements.remove(statement) { abandonedStatements.append(statement.name) }
      return mayRunAgain && hasDoneNothing
    }
  }

  /// Forgets all statements: where one was discarded, the others most likely were.
  func forgetStatements() {
    statements.removeAll()
    abandonedStatements = []
  }
}

/// A large message on its way to the server, sent by a thread of its own that blocks.
///
/// A non-blocking PQflush moves all that is unsent to the front of its buffer whenever the socket takes a
/// part: the time grows with the square of the size. In blocking mode libpq moves nothing until all is sent
/// (`pqSendSome` in src/interfaces/libpq/fe-misc.c).
///
/// Sendable, unchecked: the connection is the thread's alone until the descriptor is readable.
final class LargeSend: @unchecked Sendable {
  /// From which size on a message is sent in this way: far more than a socket takes at once, and so much that
  /// starting a thread takes no time beside it.
  static let threshold = 1 << 20

  /// Readable once the message was sent, or can't be.
  let descriptor: Int32
  private let writeEnd: Int32
  private let outcome = Condition<Int32?>(nil)

  /// Begins to send.
  ///
  /// - Parameter send: Calls one of libpq's functions, and returns what that does: 1 if the
  ///   command was taken.
  init(on handle: OpaquePointer, _ send: @escaping (OpaquePointer) -> Int32) throws(PostgresError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .lastSystemError("A large message can't be sent") }
    (descriptor, writeEnd) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Handed over with the connection: the caller touches neither before the descriptor is readable.
    nonisolated(unsafe) let handle = handle
    nonisolated(unsafe) let send = send
    try DriverThread.start("pgdriver-send") { [self] in
      var sent: Int32 = 0
      if PQsetnonblocking(handle, 0) == 0 {
        sent = send(handle)
        // What fails here is told by the next call on the connection.
        while sent == 1, PQflush(handle) == 1 {}
        _ = PQsetnonblocking(handle, 1)
      }
      outcome.change(wakingAll: true) { $0 = sent }
      var byte: UInt8 = 1
      _ = write(writeEnd, &byte, 1)
    }
  }

  deinit {
    close(descriptor)
    close(writeEnd)
  }

  /// What the function returned; nil while the thread is at it.
  var sent: Int32? { outcome.change { $0 } }

  /// Breaks the connection, and waits until the thread has let go of it.
  func abort(_ socket: Int32) {
    if sent == nil { shutdown(socket, Int32(SHUT_RDWR)) }
    outcome.wait { $0 == nil ? nil : () }
  }
}

extension ConnectionCore {
  /// Has a large command sent by a thread of its own.
  ///
  /// - Parameter bytes: Roughly how large it is.
  /// - Parameter send: Hands the command to libpq; runs on that thread.
  func beginLarge(
    _ phase: Phase, bytes: Int, _ send: @escaping (OpaquePointer) -> Int32
  ) throws(PostgresError) {
    largeSend = try LargeSend(on: try open(), send)
    noteMessage(of: bytes)
    self.phase = phase
    hasWaited = false
  }

  /// Takes note of what became of a large message; returns what to wait for if it isn't sent yet.
  func advanceLargeSend() throws(PostgresError) -> Readiness? {
    guard let sent = largeSend?.sent else { return .readable }
    // Its descriptor's number may be the next one's.
    willClose?()
    largeSend = nil
    guard sent == 1 else { throw notSent() }
    // The reply may have been read already, while the rest was sent.
    (mustFlush, hasWaited) = (true, true)
    return nil
  }
}
