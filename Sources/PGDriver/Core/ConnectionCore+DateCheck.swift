import CLibPQ

/// A statement with values of Foundation's Date, before it is parsed for the first time.
///
/// A Date is a point in time and is sent as timestamptz. Where a statement wants a timestamp without time zone, the server
/// would convert it by the session's TimeZone, and store or compare another time than was meant, without a word. What the
/// statement wants the server tells of parameters whose types are left open: PostgreSQL manual, section 55.2.3, "Extended
/// Query", Describe.
final class DateCheck {
  fileprivate let sql: SQLText
  /// The parameters' types, those of dates left open.
  fileprivate let types: [UInt32]
  /// The places of dates.
  fileprivate let dates: [Int]
  fileprivate var syncsLeft = 0
  /// The number of the first date that would be converted.
  fileprivate var refused: Int?

  fileprivate init(_ query: PostgresQuery, sql: String, dates: [Int]) {
    self.sql = SQLText(string: sql)
    self.dates = dates
    types = query.parameters.indices.map {
      dates.contains($0) ? 0 : query.parameters[$0].parameterTypeOID
    }
  }
}

extension ConnectionCore {
  /// What has to be asked before a statement that isn't prepared yet is sent; nil most often.
  func dateCheck(of query: PostgresQuery, sql: String) -> DateCheck? {
    let dates = query.placesOfDates
    guard !dates.isEmpty, hasTimeZone, transactionStatus != .inFailedTransaction,
      !checkedForDates.contains(SQLText(string: sql))
    else { return nil }
    return DateCheck(query, sql: sql, dates: dates)
  }

  /// The same before a pipeline, from a query on; to be asked for until there is nothing left.
  func dateCheck(of queries: [PostgresQuery], from place: inout Int) -> DateCheck? {
    guard hasTimeZone else { return nil }
    while place < queries.count {
      defer { place += 1 }
      guard !queries[place].placesOfDates.isEmpty else { continue }
      if let check = dateCheck(of: queries[place], sql: queries[place].sql) { return check }
    }
    return nil
  }

  /// Whether the session's time zone is one in which a time may be another than in UTC.
  private var hasTimeZone: Bool {
    guard let zone = serverParameter("TimeZone") else { return true }
    return !["UTC", "Etc/UTC", "GMT", "Etc/GMT", "UCT", "Etc/UCT", "Zulu", "Universal"].contains(zone)
  }

  /// Sends the statement's Parse and Describe, in a transaction between a savepoint and its end: that the types can't be
  /// left open is no failure of the statement's.
  func start(_ check: DateCheck) throws(PostgresError) {
    let handle = try ready()
    let isInTransaction = transactionStatus == .inTransaction
    check.syncsLeft = isInTransaction ? 2 : 1
    func send(_ sql: String) -> Bool { PQsendQueryParams(handle, sql, 0, nil, nil, nil, nil, 0) == 1 }
    guard PQenterPipelineMode(handle) == 1,
      !isInTransaction || send("SAVEPOINT pgdriver_check"),
      PQsendPrepare(handle, "", check.sql.string, Int32(check.types.count), check.types) == 1,
      PQsendDescribePrepared(handle, "") == 1, PQpipelineSync(handle) == 1,
      !isInTransaction || send("ROLLBACK TO SAVEPOINT pgdriver_check"),
      !isInTransaction || send("RELEASE SAVEPOINT pgdriver_check"),
      !isInTransaction || PQpipelineSync(handle) == 1
    else { throw lost() }
    try begin(.pipelining, sent: 1)
  }

  func advance(_ check: DateCheck) throws(PostgresError) -> Step {
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
        check.syncsLeft -= 1
        guard check.syncsLeft == 0 else { continue }
        guard PQexitPipelineMode(handle) == 1 else { throw lost() }
        return .done
      }
      let count = Int(PQnparams(result.handle))
      for place in check.dates where place < count && check.refused == nil {
        let type = PostgresType(oid: PQparamtype(result.handle, Int32(place)))
        if type == .timestamp || type == PostgresType.timestamp.array { check.refused = place + 1 }
      }
    }
    return .wait(.readable)
  }

  /// Ends the check.
  ///
  /// - Throws: `encoding` for a date where a timestamp without time zone is wanted; `cancelled` and its like.
  func finish(_ check: DateCheck) throws(PostgresError) {
    defer { endOperation() }
    if let cancelReason { throw cancelReason }
    if let refused = check.refused {
      throw PostgresError(
        .encoding,
        "Parameter \(refused) is a Date, a point in time, but the statement wants a timestamp without time zone there: "
          + "the server would convert it by TimeZone, \(serverParameter("TimeZone") ?? "which is unknown"). Send a "
          + "PostgresTimestamp, such as PostgresTimestampTZ(date)?.utc, or write $\(refused)::timestamptz.")
    }
    if checkedForDates.count >= 1024 { checkedForDates = [] }
    checkedForDates.insert(check.sql)
  }
}
