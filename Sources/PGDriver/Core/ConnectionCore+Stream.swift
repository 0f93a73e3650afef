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
  func startStream(_ query: PostgresQuery) throws(PostgresError) {
    let handle = try idle()
    try Self.refuseZeroCharacter(in: query.sql)
    try parameters.encode(query.parameters)
    let count = Int32(parameters.count)
    let sent = parameters.withLibPQArrays { values, lengths, formats in
      PQsendQueryParams(
        handle, query.sql, count, parameters.types, values, lengths, formats, PostgresFormat.binary.rawValue)
    }
    try begin(.streaming, sent: sent)
    guard PQsetSingleRowMode(handle) == 1 else { throw lost() }
  }

  /// Takes the next row.
  func nextStreamed() throws(PostgresError) -> Streamed {
    let handle = try open()
    while true {
      if hasWaited, PQisBusy(handle) == 0 {
        guard let next = PQgetResult(handle) else {
          if PQstatus(handle) == CONNECTION_BAD { throw lost() }
          return .end
        }
        let rows = PostgresResult(next)
        if rows.isCopy {
          close()
          throw PostgresError(.misuse, "COPY can't be streamed as rows: use copyOut.")
        }
        take(rows)
        if rows.status == PGRES_SINGLE_TUPLE { return .rows(PostgresRows(rows)) }
        continue
      }
      let hadWaited = hasWaited
      if let readiness = try pump(handle) { return .wait(readiness) }
      // Whether anything came, only another look tells; if nothing is complete, it is waited for.
      if hadWaited, PQisBusy(handle) == 1 { return .wait(.readable) }
    }
  }
}
