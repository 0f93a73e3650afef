import CLibPQ

// Many statements in one go: libpq manual, section 34.5, "Pipeline Mode".
extension ConnectionCore {
  /// A pipeline in progress: statements are sent while the answers to earlier ones come in.
  struct Pipeline {
    /// What is sent, in order: Parse messages and the queries themselves.
    enum Message {
      case prepare(PreparedStatement)
      case query(PreparedStatement?, PostgresQuery)
    }

    fileprivate var messages: [Message]
    /// The next message to hand to libpq.
    fileprivate var next = 0
    /// The next message to be answered.
    fileprivate var answered = 0
    fileprivate var isSynced = false
    /// An outcome for each query, in order.
    fileprivate(set) var outcomes: [Result<PostgresRows, PostgresError>] = []
  }

  /// How many messages may be unanswered at a time.
  ///
  /// libpq keeps an entry for each, and the answers pile up on this side: enough to hide any round trip, and bounded.
  private static var window: Int { 1024 }

  /// Begins a pipeline.
  ///
  /// All statements are one implicit transaction, unless they have transactions of their own.
  func startPipeline(_ queries: [PostgresQuery]) throws(PostgresError) -> Pipeline {
    let handle = try idle()
    var messages: [Pipeline.Message] = []
    messages.reserveCapacity(queries.count + 1)
    var new: [SQLText: [PreparedStatement]] = [:]
    var types: [UInt32] = []
    for query in queries {
      types.removeAll(keepingCapacity: true)
      for index in query.parameters.indices { types.append(query.parameters[index].parameterTypeOID) }
      guard statements.capacity > 0 else {
        try Self.refuseZeroCharacter(in: query.sql)
        messages.append(.query(nil, query))
        continue
      }
      if let known = statements.statement(for: query.text, types: types) {
        messages.append(.query(known, query))
        continue
      }
      let sql = query.sql
      let text = SQLText(string: sql)
      if let coming = new[text]?.first(where: { $0.types == types }) {
        messages.append(.query(coming, query))
        continue
      }
      try Self.refuseZeroCharacter(in: sql)
      let statement = statements.make(sql, types: types)
      new[text, default: []].append(statement)
      messages.append(.prepare(statement))
      messages.append(.query(statement, query))
    }
    guard PQenterPipelineMode(handle) == 1 else { throw lost() }
    phase = .pipelining
    hasWaited = false
    return Pipeline(messages: messages)
  }

  /// Sends and receives as far as it goes without waiting.
  func advance(_ pipeline: inout Pipeline) throws(PostgresError) -> Step {
    let handle = try open()
    while true {
      try fill(&pipeline, on: handle)
      if let readiness = try pump(handle) { return .wait(readiness) }
      // With every message answered and no Sync sent, libpq would answer "not busy, no result" for ever.
      while pipeline.isSynced || pipeline.answered < pipeline.next, PQisBusy(handle) == 0 {
        guard let next = PQgetResult(handle) else {
          // The end of one statement's results.
          if PQstatus(handle) == CONNECTION_BAD { throw lost() }
          continue
        }
        let result = PostgresResult(next)
        if result.status == PGRES_PIPELINE_SYNC {
          guard PQexitPipelineMode(handle) == 1 else { throw lost() }
          return .done
        }
        try take(result, of: &pipeline)
      }
      // There may be room for more statements now; with none left, only the server's answers are missing.
      if pipeline.isSynced || pipeline.next - pipeline.answered >= Self.window { return .wait(.readable) }
    }
  }

  /// Ends the pipeline and answers its outcomes.
  func finish(_ pipeline: Pipeline) -> [Result<PostgresRows, PostgresError>] {
    endOperation()
    return pipeline.outcomes
  }

  /// Hands messages to libpq while the window has room and the socket takes them.
  private func fill(_ pipeline: inout Pipeline, on handle: OpaquePointer) throws(PostgresError) {
    guard !pipeline.isSynced else { return }
    let start = pipeline.next
    while pipeline.next < pipeline.messages.count, pipeline.next - pipeline.answered < Self.window {
      let sent: Int32
      switch pipeline.messages[pipeline.next] {
      case .prepare(let statement):
        sent = PQsendPrepare(
          handle, statement.name, statement.sql.string, Int32(statement.types.count), statement.types)
      case .query(let statement, let query):
        do throws(PostgresError) {
          try parameters.encode(query.parameters)
        } catch {
          // What was sent before can't be taken back; without a Sync the server rolls it back with the connection.
          close()
          throw error
        }
        let count = Int32(parameters.count)
        sent = parameters.withLibPQArrays { values, lengths, formats in
          if let statement {
            PQsendQueryPrepared(handle, statement.nameForC, count, values, lengths, formats, 1)
          } else {
            PQsendQueryParams(handle, query.sql, count, parameters.types, values, lengths, formats, 1)
          }
        }
      }
      guard sent == 1 else { throw lost() }
      pipeline.next += 1
    }
    if pipeline.next == pipeline.messages.count {
      guard PQpipelineSync(handle) == 1 else { throw lost() }
      pipeline.isSynced = true
    } else if pipeline.next > start {
      // The window is full. Without it the server may keep its answers to itself while this side waits for room.
      guard PQsendFlushRequest(handle) == 1 else { throw lost() }
    }
    mustFlush = true
  }

  private func take(_ result: PostgresResult, of pipeline: inout Pipeline) throws(PostgresError) {
    guard pipeline.answered < pipeline.messages.count else { return }
    let message = pipeline.messages[pipeline.answered]
    pipeline.answered += 1
    switch (message, result.status) {
    case (.prepare(let statement), PGRES_COMMAND_OK):
      if let evicted = statements.insert(statement) { abandonedStatements.append(evicted.name) }
    case (.prepare, _):
      // The query that follows is aborted, and tells this failure instead.
      if let fields = ServerFields(result.handle), failure == nil {
        failure = serverError(fields)
      }
    case (.query, PGRES_TUPLES_OK), (.query, PGRES_COMMAND_OK), (.query, PGRES_EMPTY_QUERY):
      pipeline.outcomes.append(.success(PostgresRows(result)))
    case (.query, PGRES_PIPELINE_ABORTED):
      pipeline.outcomes.append(
        .failure(
          failure ?? PostgresError(.pipelineAborted, "A statement before this one in the pipeline failed.")))
      failure = nil
    case (.query(let statement, _), _):
      if result.isCopy {
        close()
        throw PostgresError(.misuse, "COPY can't be run in a pipeline: use copyIn or copyOut.")
      }
      guard let fields = ServerFields(result.handle) else { throw lost() }
      if fields.isFarewell { farewell = fields }
      if let statement,
        fields.sqlState == .invalidSQLStatementName || fields.function == "RevalidateCachedQuery"
      {
        statements.remove(statement)
      }
      pipeline.outcomes.append(.failure(serverError(fields)))
    }
  }
}
