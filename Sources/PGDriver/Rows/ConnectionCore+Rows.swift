import CLibPQ

// Rows one by one: libpq manual, section 34.6, "Retrieving Query Results in Chunks".
extension ConnectionCore {
  /// What a stream of rows gives next.
  enum Streamed {
    case wait(Readiness)
    case rows(PostgresRows)
    /// All rows were given; `finish` throws if the statement failed after all.
    case end
  }

  /// Sends a query whose rows are to be received one by one.
  ///
  /// It isn't kept prepared: what is worth streaming is long enough to be parsed anew.
  ///
  /// - Returns: What has to be asked first; then nothing is sent yet. Most often nil.
  func startStream(_ query: PostgresQuery) throws(PostgresError) -> DateCheck? {
    let handle = try ready()
    let sql = query.sql
    try check(sql, parameters: query.parameters.count)
    if let check = dateCheck(of: query, sql: sql) { return check }
    try parameters.encode(query.parameters)
    parameters.resultFormat = query.resultFormat
    isSingleRowModeSet = false
    try send(unprepared: sql, .streaming, on: handle)
    try setSingleRowMode(handle)
    return nil
  }

  /// Asks libpq for the rows one by one, once it has sent the query and before it is asked for a result.
  private func setSingleRowMode(_ handle: OpaquePointer) throws(PostgresError) {
    guard !isSingleRowModeSet, largeSend == nil else { return }
    isSingleRowModeSet = true
    guard PQsetSingleRowMode(handle) == 1 else { throw lost() }
  }

  /// Sees a large query sent; returns what to wait for if it isn't yet.
  private func advanceStreamSend(_ handle: OpaquePointer) throws(PostgresError) -> Readiness? {
    guard largeSend != nil else { return nil }
    if let readiness = try advanceLargeSend() { return readiness }
    try setSingleRowMode(handle)
    return nil
  }

  /// Takes the next row.
  func nextStreamed() throws(PostgresError) -> Streamed {
    let handle = try open()
    while true {
      if case .runningScript = phase {
        // What there was to be streamed turned out to be a COPY.
        if case .wait(let readiness) = try advance() { return .wait(readiness) }
        return .end
      }
      if largeSend == nil, hasWaited, PQisBusy(handle) == 0 {
        guard let next = PQgetResult(handle) else {
          if PQstatus(handle) == CONNECTION_BAD { throw lost() }
          return .end
        }
        let rows = PostgresResult(next)
        if rows.isCopy {
          try refuseCopy(rows, on: handle)
          phase = .runningScript
          continue
        }
        take(rows)
        if rows.status == PGRES_SINGLE_TUPLE {
          try checkEncoding(handle)
          return .rows(PostgresRows(rows))
        }
        continue
      }
      let hadWaited = hasWaited
      if let readiness = try advanceStreamSend(handle) { return .wait(readiness) }
      if let readiness = try pump(handle) { return .wait(readiness) }
      // Whether anything came, only another look tells; if nothing is complete, it is waited for.
      if hadWaited, PQisBusy(handle) == 1 { return .wait(.readable) }
    }
  }

  /// Takes the rows to their end, and drops them.
  ///
  /// Like `advance` it returns whenever what was read has been gone through, even if the server has sent more by
  /// then: the fronts ask the server to cancel between two steps, and a server may be faster than this side for
  /// as long as the query runs.
  func dropStreamed() throws(PostgresError) -> Step {
    if let readiness = try advanceStreamSend(try open()) { return .wait(readiness) }
    return try advance()
  }
}
