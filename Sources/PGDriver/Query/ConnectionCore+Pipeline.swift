import CLibPQ

// Many statements in one go: libpq manual, section 34.5, "Pipeline Mode".
extension ConnectionCore {
  /// A pipeline in progress: statements are sent while the replies to earlier ones come in.
  struct Pipeline {
    /// What is sent, in order: Parse messages and the queries themselves.
    fileprivate enum Message {
      case prepare(PreparedStatement)
      /// The place of a query; nil is the unnamed statement.
      case query(PreparedStatement?, Int)
      /// A statement that fails, so that all before it is undone.
      case failure
    }

    fileprivate let queries: [PostgresQuery]
    fileprivate var messages: [Message] = []
    fileprivate var isBegun = false
    /// The next message to hand to libpq.
    fileprivate var next = 0
    /// The next message whose reply is to come.
    fileprivate var replied = 0
    /// The bytes that were handed to libpq since all was sent.
    fileprivate var unsentBytes = 0
    fileprivate var isSynced = false
    /// Whether a statement has failed: the server runs none after it.
    fileprivate var hasFailed = false
    /// Whether all of it may be sent once more, if nothing of it has taken effect.
    fileprivate let mayRunAgain: Bool
    /// What the server refused when it was to end the implicit transaction, such as a deferred constraint's
    /// violation.
    fileprivate var refusal: PostgresError?
    /// Whether a statement failed only since it has to be parsed anew.
    fileprivate var isStale = false
    /// An outcome for each query that was sent, in order.
    fileprivate var outcomes: [Result<PostgresRows, PostgresError>] = []

    /// The same from the beginning and for the last time, if a failure was only that of a stale statement and
    /// all before it was undone with the implicit transaction.
    fileprivate var again: Pipeline? {
      guard isStale, mayRunAgain else { return nil }
      for case .success(let rows) in outcomes {
        let tag = rows.commandTag
        guard ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"].contains(where: { tag.hasPrefix($0) })
        else { return nil }
      }
      return Pipeline(queries: queries, mayRunAgain: false)
    }
  }

  /// How many messages may be without a reply at a time.
  ///
  /// libpq keeps an entry for each, and the replies pile up on this side: enough to hide any round
  /// trip, and bounded.
  private static var window: Int { 1024 }

  /// How many bytes libpq may be handed beyond what the socket takes.
  ///
  /// It moves all of them each time the socket takes a part.
  private static var byteWindow: Int { 256 << 10 }

  /// Begins a pipeline.
  ///
  /// All statements are one implicit transaction, unless they have transactions of their own.
  func startPipeline(_ queries: [PostgresQuery]) throws(PostgresError) -> Pipeline {
    _ = try ready()
    // First, so that what can't be sent is refused before anything is.
    for query in queries {
      try parameters.encode(query.parameters)
      if SQLBeginning.isCopy(query.text.beginning) {
        throw PostgresError(.misuse, "COPY can't be run in a pipeline: use copyIn, copyRows or copyOut.")
      }
    }
    var pipeline = Pipeline(queries: queries, mayRunAgain: transactionStatus == .idle)
    guard try !beginDeallocating(before: nil) else { return pipeline }
    try enter(&pipeline)
    return pipeline
  }

  /// Decides which statements are prepared, and begins to send.
  private func enter(_ pipeline: inout Pipeline) throws(PostgresError) {
    let handle = try open()
    pipeline.messages.reserveCapacity(pipeline.queries.count + 1)
    var coming: [SQLText: [PreparedStatement]] = [:]
    var types: [UInt32] = []
    for (place, query) in pipeline.queries.enumerated() {
      types.removeAll(keepingCapacity: true)
      for index in query.parameters.indices { types.append(query.parameters[index].parameterTypeOID) }
      if statements.capacity > 0, let known = statements.statement(for: query.text, types: types) {
        pipeline.messages.append(.query(known, place))
        continue
      }
      let sql = query.sql
      let text = SQLText(string: sql)
      if let same = coming[text]?.first(where: { $0.types == types }) {
        pipeline.messages.append(.query(same, place))
        continue
      }
      try check(sql, parameters: types.count)
      // Only what is sent again in this pipeline is worth that another statement makes room.
      guard statements.hasRoom(beside: coming.count) || isRepeated(sql, at: place, of: pipeline) else {
        pipeline.messages.append(.query(nil, place))
        continue
      }
      let statement = statements.make(sql, types: types)
      coming[text, default: []].append(statement)
      pipeline.messages.append(.prepare(statement))
      pipeline.messages.append(.query(statement, place))
    }
    guard PQenterPipelineMode(handle) == 1 else { throw lost() }
    pipeline.isBegun = true
    phase = .pipelining
    hasWaited = false
  }

  /// Whether the next query of a pipeline has the same text, as those of `executeMany` have.
  private func isRepeated(_ sql: String, at place: Int, of pipeline: Pipeline) -> Bool {
    guard statements.capacity > 0, place + 1 < pipeline.queries.count else { return false }
    return SQLText(string: pipeline.queries[place + 1].sql) == SQLText(string: sql)
  }

  /// Sends and receives as far as it goes without waiting.
  func advance(_ pipeline: inout Pipeline) throws(PostgresError) -> Step {
    if !pipeline.isBegun {
      // The end of what is deallocated first.
      if case .wait(let readiness) = try advance() { return .wait(readiness) }
      guard failure == nil else { return .done }
      do throws(PostgresError) {
        try enter(&pipeline)
      } catch {
        guard !isClosed else { throw error }
        // It is refused on this side, and `finish` says so.
        failure = error
        return .done
      }
    }
    let handle = try open()
    while true {
      try fill(&pipeline, on: handle)
      // The server keeps its replies to itself until a Sync or a Flush: with more to send, none
      // is waited for.
      if !isAwaitingReplies(pipeline) { hasWaited = true }
      if let readiness = try pump(handle) { return .wait(readiness) }
      if !mustFlush { pipeline.unsentBytes = 0 }
      // With a reply to every message and no Sync sent, libpq would return "not busy, no result" for ever.
      while pipeline.isSynced || pipeline.replied < pipeline.next, PQisBusy(handle) == 0 {
        guard let next = PQgetResult(handle) else {
          // The end of one statement's results.
          if PQstatus(handle) == CONNECTION_BAD { throw lost() }
          continue
        }
        let result = PostgresResult(next)
        if result.status == PGRES_PIPELINE_SYNC {
          guard PQexitPipelineMode(handle) == 1 else { throw lost() }
          guard cancelReason == nil, let again = pipeline.again else { return .done }
          pipeline = again
          failure = nil
          try enter(&pipeline)
          return try advance(&pipeline)
        }
        try take(result, of: &pipeline)
      }
      // There may be room for more statements now; with none left, only the server's replies are missing.
      if isAwaitingReplies(pipeline) { return .wait(.readable) }
    }
  }

  /// Whether nothing can be sent before more replies have come.
  private func isAwaitingReplies(_ pipeline: Pipeline) -> Bool {
    pipeline.isSynced || pipeline.next - pipeline.replied >= Self.window
  }

  /// Ends the pipeline and returns its outcomes.
  func finish(_ pipeline: Pipeline) throws(PostgresError) -> [Result<PostgresRows, PostgresError>] {
    defer { endOperation() }
    guard pipeline.isBegun else { throw failure ?? .taskCancelled }
    if let refusal = pipeline.refusal { throw refusal }
    if let handle { try checkEncoding(handle) }
    var outcomes = pipeline.outcomes
    guard outcomes.count < pipeline.queries.count else { return outcomes }
    // The rest was not sent any more.
    let hasReason = outcomes.contains { if case .failure = $0 { true } else { false } }
    var reason = failure ?? (hasReason ? nil : cancelReason) ?? .earlierFailed
    while outcomes.count < pipeline.queries.count {
      outcomes.append(.failure(reason))
      reason = .earlierFailed
    }
    return outcomes
  }

  // MARK: Sending

  /// Hands messages to libpq while the window has room and the socket takes them.
  private func fill(_ pipeline: inout Pipeline, on handle: OpaquePointer) throws(PostgresError) {
    guard !pipeline.isSynced, largeSend == nil else { return }
    if pipeline.hasFailed || cancelReason != nil { giveUp(&pipeline) }
    let start = pipeline.next
    while pipeline.next < pipeline.messages.count, pipeline.next - pipeline.replied < Self.window,
      pipeline.unsentBytes < Self.byteWindow
    {
      let message = pipeline.messages[pipeline.next]
      let bytes = try encode(message, of: pipeline)
      if bytes >= LargeSend.threshold {
        // Alone, when all before it was sent: in blocking mode libpq would wait for that, too.
        guard !mustFlush else { break }
        let queries = pipeline.queries
        try beginLarge(.pipelining, bytes: bytes) { self.put(message, of: queries, on: $0) }
        pipeline.next += 1
        return
      }
      guard put(message, of: pipeline.queries, on: handle) == 1 else { throw notSentInPipeline() }
      pipeline.unsentBytes += bytes
      pipeline.next += 1
      mustFlush = true
    }
    if pipeline.next == pipeline.messages.count {
      guard PQpipelineSync(handle) == 1 else { throw lost() }
      pipeline.isSynced = true
      mustFlush = true
    } else if pipeline.next > start, pipeline.next - pipeline.replied >= Self.window {
      // Without it the server may keep its replies to itself while this side waits for room.
      guard PQsendFlushRequest(handle) == 1 else { throw lost() }
      mustFlush = true
    }
  }

  /// Leaves out what is not sent yet, and sees to it that what was sent is undone.
  private func giveUp(_ pipeline: inout Pipeline) {
    guard pipeline.next < pipeline.messages.count else { return }
    if case .failure = pipeline.messages[pipeline.next] { return }
    pipeline.messages.removeSubrange(pipeline.next...)
    if !pipeline.hasFailed { pipeline.messages.append(.failure) }
  }

  /// Puts a message's parameters into the buffer; returns roughly how large the message is.
  private func encode(_ message: Pipeline.Message, of pipeline: Pipeline) throws(PostgresError) -> Int {
    switch message {
    case .prepare(let statement): return statement.sql.string.utf8.count + 64
    case .failure: return 64
    case .query(let statement, let place):
      do throws(PostgresError) {
        try parameters.encode(pipeline.queries[place].parameters)
        parameters.resultFormat = pipeline.queries[place].resultFormat
      } catch {
        // It could be encoded before: what was sent meanwhile is rolled back with the connection.
        close()
        throw error
      }
      let text = statement == nil ? pipeline.queries[place].sql.utf8.count : 0
      return parameters.bytes.count + text + 64
    }
  }

  private func put(
    _ message: Pipeline.Message, of queries: [PostgresQuery], on handle: OpaquePointer
  ) -> Int32 {
    switch message {
    case .prepare(let statement): Self.put(parseOf: statement, on: handle)
    case .query(let statement?, _): put(statement, on: handle)
    case .query(nil, let place): put(unprepared: queries[place].sql, on: handle)
    // In the server's log it says what it is.
    case .failure: PQsendQueryParams(handle, "pgdriver gives a pipeline up", 0, nil, nil, nil, nil, 1)
    }
  }

  /// A pipeline can't be left in the middle: the connection is closed.
  private func notSentInPipeline() -> PostgresError {
    guard let handle, PQstatus(handle) == CONNECTION_OK else { return lost() }
    let message = libpqMessage
    close()
    return PostgresError(
      .encoding, "The pipeline can't be sent, and the connection was closed: \(message)")
  }

  // MARK: Receiving

  private func take(_ result: PostgresResult, of pipeline: inout Pipeline) throws(PostgresError) {
    guard pipeline.replied < pipeline.messages.count else {
      // After the last reply: the end of the implicit transaction has failed, and all of it is rolled back.
      guard let fields = ServerFields(result.handle) else { return }
      if fields.endsSession { reasonForEnd = fields }
      pipeline.refusal = serverError(fields)
      return
    }
    let message = pipeline.messages[pipeline.replied]
    pipeline.replied += 1
    switch (message, result.status) {
    case (.prepare(let statement), PGRES_COMMAND_OK):
      if let evicted = statements.insert(statement) { abandonedStatements.append(evicted.name) }
    case (.failure, _): pipeline.hasFailed = true
    case (.prepare, _):
      pipeline.hasFailed = true
      // The query that follows is aborted, and tells this failure instead.
      if let fields = ServerFields(result.handle), failure == nil { failure = serverError(fields) }
    case (.query, PGRES_TUPLES_OK), (.query, PGRES_COMMAND_OK), (.query, PGRES_EMPTY_QUERY):
      if result.columnCount == 0 { noteTag(of: result) }
      pipeline.outcomes.append(.success(PostgresRows(result)))
    case (.query, PGRES_PIPELINE_ABORTED):
      pipeline.hasFailed = true
      pipeline.outcomes.append(
        .failure(
          failure ?? .earlierFailed))
      failure = nil
    case (.query(let statement, _), _):
      if result.isCopy {
        close()
        throw PostgresError(
          .misuse,
          "COPY can't be run in a pipeline: use copyIn, copyRows or copyOut. The connection was closed.")
      }
      guard let fields = ServerFields(result.handle) else { throw lost() }
      if fields.endsSession { reasonForEnd = fields }
      pipeline.hasFailed = true
      var error = serverError(fields)
      if let statement { error = noteFailure(of: statement, fields, error, in: &pipeline) }
      pipeline.outcomes.append(.failure(error))
    }
  }

  /// Forgets a statement that is to blame for its own failure, so that the next try doesn't meet the same.
  private func noteFailure(
    of statement: PreparedStatement, _ fields: ServerFields, _ error: PostgresError,
    in pipeline: inout Pipeline
  ) -> PostgresError {
    switch StatementFailure(fields, of: statement) {
    case .ofThisExecution: return error
    case .unknown:
      forgetStatements()
      pipeline.isStale = true
      return .unknownStatement(fields)
    case .outdated(let mayRunAgain):
      guard statements.remove(statement) else { return error }
      abandonedStatements.append(statement.name)
      pipeline.isStale = pipeline.isStale || mayRunAgain
      return error
    }
  }
}

extension PostgresError {
  fileprivate static var earlierFailed: PostgresError {
    PostgresError(.pipelineAborted, "A statement before this one in the pipeline failed.")
  }
}
