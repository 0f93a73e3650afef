import CLibPQ

// What a statement would return, without running it: PostgreSQL manual, section 55.2.3, "Extended Query".
extension ConnectionCore {
  /// Sends the Parse and the Describe of a statement without a name.
  ///
  /// Both in one go, as a pipeline: a pooler may give what comes after the answer to another server, or the
  /// name to another client.
  func startDescribe(_ sql: String) throws(PostgresError) {
    let handle = try idle()
    try Self.refuseZeroCharacter(in: sql)
    guard PQenterPipelineMode(handle) == 1, PQsendPrepare(handle, "", sql, 0, nil) == 1,
      PQsendDescribePrepared(handle, "") == 1
    else { throw lost() }
    try begin(.pipelining, sent: PQpipelineSync(handle))
  }

  /// Goes on with it; then `finish` returns a result that has columns and no rows.
  func advanceDescribe() throws(PostgresError) -> Step {
    let handle = try open()
    if let readiness = try pump(handle) { return .wait(readiness) }
    while PQisBusy(handle) == 0 {
      guard let next = PQgetResult(handle) else {
        // The end of one message's results.
        if PQstatus(handle) == CONNECTION_BAD { throw lost() }
        continue
      }
      let result = PostgresResult(next)
      if result.status == PGRES_PIPELINE_SYNC {
        guard PQexitPipelineMode(handle) == 1 else { throw lost() }
        return .done
      }
      take(result)
    }
    return .wait(.readable)
  }

  /// Whether the COPY in progress takes or gives the binary format.
  var isBinaryCopy: Bool { result.map { PQbinaryTuples($0.handle) == 1 } ?? false }
}
