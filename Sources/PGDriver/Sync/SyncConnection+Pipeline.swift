extension SyncConnection {
  /// Sends statements without waiting for each other's answers, and returns an outcome for each, in order.
  ///
  /// Unless they begin transactions of their own, they are one transaction: when one fails, those before it
  /// are rolled back, and those after it fail with `pipelineAborted`.
  ///
  /// - Throws: what ends the whole pipeline, such as `connectionLost`, `encoding` for a parameter that can't
  ///   be sent, or `server` if a deferred constraint is violated at its end; nothing is changed then.
  public func pipeline(
    _ queries: [PostgresQuery]
  ) throws(PostgresError) -> [Result<PostgresRows, PostgresError>] {
    guard !queries.isEmpty else { return [] }
    var place = 0
    while let check = core.dateCheck(of: queries, from: &place) { try run(check) }
    var pipeline = try core.startPipeline(queries)
    try run { () throws(PostgresError) in try core.advance(&pipeline) }
    return try core.finish(pipeline)
  }

  /// Runs a statement once for each row of parameters, in one pipeline and so in one transaction.
  ///
  /// - Parameter sql: The text with `$1`, `$2` and so on where the parameters go.
  /// - Returns: How many rows were changed in all.
  /// - Throws: the first failure; nothing is changed then.
  @discardableResult
  public func executeMany(_ sql: String, _ rows: [[any PostgresEncodable]]) throws(PostgresError) -> Int {
    var affected = 0
    for outcome in try pipeline(rows.map { PostgresQuery(sql: sql, parameters: $0) }) {
      affected += try outcome.get().affectedRows ?? 0
    }
    return affected
  }
}
