import CLibPQ

// One statement with its parameters, or a script without any.
extension ConnectionCore {
  /// Sends a query, or first its Parse if the connection hasn't prepared it yet.
  func start(_ query: PostgresQuery) throws(PostgresError) {
    let handle = try idle()
    try parameters.encode(query.parameters)
    if let statement = statements.statement(for: query.text, types: parameters.types) {
      try send(statement, on: handle)
      return
    }
    let sql = query.sql
    try Self.refuseZeroCharacter(in: sql)
    guard statements.capacity > 0 else {
      let count = Int32(parameters.count)
      let sent = parameters.withLibPQArrays { values, lengths, formats in
        PQsendQueryParams(
          handle, sql, count, parameters.types, values, lengths, formats, PostgresFormat.binary.rawValue
        )
      }
      try begin(.executing(nil), sent: sent)
      return
    }
    let statement = statements.make(sql, types: parameters.types)
    if abandonedStatements.isEmpty || transactionStatus == .inFailedTransaction {
      try prepare(statement, on: handle)
    } else {
      let script = abandonedStatements.map { "DEALLOCATE \($0)" }.joined(separator: ";")
      abandonedStatements = []
      try begin(.deallocating(statement), sent: PQsendQuery(handle, script))
    }
  }

  /// Sends statements without parameters, separated by semicolons, as one simple query.
  func start(script: String) throws(PostgresError) {
    let handle = try idle()
    try Self.refuseZeroCharacter(in: script)
    try begin(.runningScript, sent: PQsendQuery(handle, script))
  }

  private func prepare(_ statement: PreparedStatement, on handle: OpaquePointer) throws(PostgresError) {
    let sent = PQsendPrepare(
      handle, statement.name, statement.sql.string, Int32(statement.types.count), statement.types)
    try begin(.preparing(statement), sent: sent)
  }

  private func send(_ statement: PreparedStatement, on handle: OpaquePointer) throws(PostgresError) {
    let count = Int32(parameters.count)
    let sent = parameters.withLibPQArrays { values, lengths, formats in
      PQsendQueryPrepared(
        handle, statement.nameForC, count, values, lengths, formats, PostgresFormat.binary.rawValue)
    }
    try begin(.executing(statement), sent: sent)
  }

  /// Goes on with the query or script as far as it can be without waiting.
  func advance() throws(PostgresError) -> Step {
    let handle = try open()
    if let readiness = try pump(handle) { return .wait(readiness) }
    while PQisBusy(handle) == 0 {
      guard let next = PQgetResult(handle) else { return try endOfCommand(handle) }
      let result = PostgresResult(next)
      if result.isCopy { throw copyAsQuery() }
      take(result)
    }
    return .wait(.readable)
  }

  private func copyAsQuery() -> PostgresError {
    close()
    return PostgresError(
      .misuse,
      "COPY can't be run as a query: use copyIn or copyOut. The connection was closed in the middle of the COPY."
    )
  }

  /// The server has answered the command whole: goes on to the next one of the operation, if any.
  private func endOfCommand(_ handle: OpaquePointer) throws(PostgresError) -> Step {
    if PQstatus(handle) == CONNECTION_BAD { throw lost() }
    switch phase {
    case .deallocating(let statement):
      // That a name is gone already, as after DISCARD ALL, is as good.
      (result, failure) = (nil, cancelReason)
      guard cancelReason == nil else { return .done }
      try prepare(statement, on: handle)
    case .preparing(let statement):
      guard failure == nil else { return .done }
      result = nil
      if let evicted = statements.insert(statement) { abandonedStatements.append(evicted.name) }
      // The server drops a signal that comes between two commands: the second must not be sent.
      failure = cancelReason
      guard cancelReason == nil else { return .done }
      try send(statement, on: handle)
    case .executing(let statement?) where failure != nil && isOutdated(statement):
      statements.remove(statement)
      (result, failure) = (nil, nil)
      isRetried = true
      try prepare(statements.make(statement.sql.string, types: statement.types), on: handle)
    default:
      return .done
    }
    return try advance()
  }

  /// Whether the statement only failed since the server must parse it anew; possible once, outside of transactions.
  ///
  /// "cached plan must not change result type" has the SQLSTATE of many a thing, but a function of its own in the
  /// server's source (src/backend/utils/cache/plancache.c). Without the name, a pooler has changed the server, or
  /// somebody discarded the statements.
  private func isOutdated(_ statement: PreparedStatement) -> Bool {
    guard let fields = failure?.serverFields, !isRetried else { return false }
    let isStale = fields.sqlState == .featureNotSupported && fields.function == "RevalidateCachedQuery"
    let isUnknown = fields.sqlState == .invalidSQLStatementName
    guard isStale || isUnknown else { return false }
    if isStale { abandonedStatements.append(statement.name) }
    guard transactionStatus == .idle else {
      // No second try in a transaction, which has failed; but the next one must not meet the same.
      statements.remove(statement)
      return false
    }
    return true
  }
}

extension PostgresResult {
  /// Whether the connection is in the middle of a COPY.
  var isCopy: Bool {
    let status = status
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH
  }
}
