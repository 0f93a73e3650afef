import CLibPQ

// What a statement would return, without running it: PostgreSQL manual, section 55.2.3, "Extended Query".
extension ConnectionCore {
  /// Sends the Parse and the Describe of a statement without a name.
  ///
  /// Both in one go, as a pipeline: a pooler may give what comes after the answer to another server, or the
  /// name to another client.
  ///
  /// - Parameter types: The parameters' types; 0 leaves one open.
  /// - Parameter mayFail: Whether the server's refusal is to do a transaction in progress no harm.
  func startDescribe(_ sql: String, types: [UInt32] = [], mayFail: Bool = false) throws(PostgresError) {
    let handle = try idle()
    try Self.refuseZeroCharacter(in: sql)
    let hasSavepoint = mayFail && transactionStatus == .inTransaction
    func send(_ sql: String) -> Bool { PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 0) == 1 }
    guard PQenterPipelineMode(handle) == 1,
      !hasSavepoint || send("SAVEPOINT pgdriver_describe"),
      PQsendPrepare(handle, "", sql, Int32(types.count), types) == 1,
      PQsendDescribePrepared(handle, "") == 1, PQpipelineSync(handle) == 1,
      // After a refusal the server skips what comes before the next Sync.
      !hasSavepoint || send("ROLLBACK TO SAVEPOINT pgdriver_describe"),
      !hasSavepoint || send("RELEASE SAVEPOINT pgdriver_describe"),
      !hasSavepoint || PQpipelineSync(handle) == 1
    else { throw lost() }
    try begin(.describing(syncsLeft: hasSavepoint ? 2 : 1), sent: 1)
  }

  /// Goes on with it, and hands each result to `body`.
  func advanceDescribe(_ body: (PostgresResult) -> Void) throws(PostgresError) -> Step {
    let handle = try open()
    if let readiness = try pump(handle) { return .wait(readiness) }
    while PQisBusy(handle) == 0 {
      guard let next = PQgetResult(handle) else {
        // The end of one message's results.
        if PQstatus(handle) == CONNECTION_BAD { throw lost() }
        continue
      }
      let result = PostgresResult(next)
      guard result.status == PGRES_PIPELINE_SYNC else {
        body(result)
        continue
      }
      if case .describing(let left) = phase, left > 1 {
        phase = .describing(syncsLeft: left - 1)
        continue
      }
      guard PQexitPipelineMode(handle) == 1 else { throw lost() }
      return .done
    }
    return .wait(.readable)
  }

  /// Goes on with it; then `finish` returns a result that has columns and no rows.
  func advanceDescribe() throws(PostgresError) -> Step { try advanceDescribe { take($0) } }

  /// Whether the COPY in progress takes or gives the binary format.
  var isBinaryCopy: Bool { result.map { PQbinaryTuples($0.handle) == 1 } ?? false }
}
