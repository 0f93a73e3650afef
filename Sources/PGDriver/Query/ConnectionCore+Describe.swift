import CLibPQ

// What a statement would return, without running it: PostgreSQL manual, section 55.2.3, "Extended Query".
extension ConnectionCore {
  /// Sends the Parse and the Describe of a statement without a name.
  ///
  /// Both in one go, as a pipeline: a pooler may give what comes after the reply to another server, or the
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

/// A statement with values of Foundation's Date, before it is parsed for the first time.
///
/// A Date is a point in time and is sent as timestamptz. Where a statement wants a timestamp without time
/// zone, the server would convert it by the session's TimeZone, and store or compare another time than was
/// meant, without a word. For parameters whose types are left open, the server tells what the statement
/// wants: PostgreSQL manual, section 55.2.3, "Extended Query", Describe.
final class DateCheck {
  fileprivate let sql: SQLText
  /// The parameters' types, those of dates left open.
  fileprivate let types: [UInt32]
  /// The places of dates.
  fileprivate let dates: [Int]
  /// The number of the first date that would be converted.
  fileprivate var refused: Int?

  fileprivate init(_ query: PostgresQuery, sql: String, dates: [Int]) {
    self.sql = SQLText(string: sql)
    self.dates = dates
    types = query.parameters.indices.map {
      dates.contains($0) ? 0 : query.parameters[$0].parameterTypeOID
    }
  }

  /// Looks for dates that would be converted.
  fileprivate func note(_ result: PostgresResult) {
    let count = Int(PQnparams(result.handle))
    for place in dates where place < count && refused == nil {
      let type = PostgresType(oid: PQparamtype(result.handle, Int32(place)))
      if type == .timestamp || type == PostgresType.timestamp.array { refused = place + 1 }
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

  /// Asks for the types; that they can't be left open is no failure of the statement's.
  func start(_ check: DateCheck) throws(PostgresError) {
    _ = try ready()
    try startDescribe(check.sql.string, types: check.types, mayFail: true)
  }

  func advance(_ check: DateCheck) throws(PostgresError) -> Step {
    try advanceDescribe { check.note($0) }
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
        "Parameter \(refused) is a Date, a point in time, but the statement wants a timestamp without time "
          + "zone there: the server would convert it by TimeZone, "
          + "\(serverParameter("TimeZone") ?? "which is unknown"). Send a PostgresTimestamp, such as "
          + "PostgresTimestampTZ(date)?.utc, or write $\(refused)::timestamptz.")
    }
    if checkedForDates.count >= 1024 { checkedForDates = [] }
    checkedForDates.insert(check.sql)
  }
}
