extension AsyncConnection {
  /// Sends statements without waiting for each other's answers, and returns an outcome for each, in order.
  ///
  /// Unless they begin transactions of their own, they are one transaction: when one fails, those before it
  /// are rolled back, and those after it fail with `pipelineAborted`.
  ///
  /// - Throws: what ends the whole pipeline, such as `connectionLost`, `encoding` for a parameter that can't
  ///   be sent, or `server` if a deferred constraint is violated at its end; nothing is changed then.
  public func pipeline(
    _ queries: [PostgresQuery]
  ) async throws(PostgresError) -> [Result<PostgresRows, PostgresError>] {
    guard !queries.isEmpty else { return [] }
    try await takeTurn()
    defer { endTurn() }
    var place = 0
    while let check = core.dateCheck(of: queries, from: &place) { try await run(check) }
    var pipeline = try core.startPipeline(queries)
    try await run { (core) throws(PostgresError) in try core.advance(&pipeline) }
    return try core.finish(pipeline)
  }
}
