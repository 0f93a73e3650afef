/// The statements by which a query's rows are read through a cursor, in a transaction; no waiting in it.
struct CursorFrame {
  let declare: PostgresQuery
  let fetch: PostgresQuery
  let close: PostgresQuery
  private let batchSize: Int

  init(_ query: PostgresQuery, batchSize: Int, name: String) throws(PostgresError) {
    guard batchSize > 0 else {
      throw PostgresError(
        .misuse, "A batch of \(batchSize) rows would never get to the end of a result. Ask for 1 or more.")
    }
    let cursor = try PostgresQuery.quoted(identifier: name)
    self.batchSize = batchSize
    declare = PostgresQuery(
      sql: "DECLARE \(cursor) NO SCROLL CURSOR FOR \(query.sql)", parameters: query.parameters)
    fetch = PostgresQuery(sql: "FETCH FORWARD \(batchSize) FROM \(cursor)")
    close = PostgresQuery(sql: "CLOSE \(cursor)")
  }

  /// Whether a batch is the last one, so that no other need be asked for.
  func isLast(_ batch: PostgresRows) -> Bool { batch.count < batchSize }
}
