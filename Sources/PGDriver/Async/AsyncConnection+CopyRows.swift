extension AsyncConnection {
  /// Stores rows by binary COPY, the fastest way into a table.
  ///
  /// The server is asked for the columns' types first. Values must be of these very types, for COPY
  /// converts none; texts may be for any type of text, and enums.
  ///
  /// - Parameter table: The table and its columns as SQL, such as `"users (name, email)"`: never a user's
  ///   input.
  /// - Parameter body: Appends the rows, a value for each column.
  /// - Returns: How many rows were stored.
  /// - Throws: what `body` throws; `encoding`, out of `append`, for a value whose type isn't the column's;
  ///   `server`; `misuse` if `table` is anything else.
  @discardableResult
  public func copyRows(
    into table: String, _ body: (inout AsyncRowWriter) async throws -> Void
  ) async throws -> Int {
    try await copyRows(into: try CopyTable(sql: table), body)
  }

  /// Stores rows by binary COPY in a table whose name, and whose columns' names, may be any: they are quoted.
  ///
  /// - Parameter table: The table's name, to the letter.
  /// - Parameter schema: The name of its schema; nil if it is to be found on the search path.
  /// - Parameter columns: The columns' names, to the letter; none stand for all but the generated ones.
  /// - Returns: How many rows were stored.
  /// - Throws: as the other `copyRows`.
  @discardableResult
  public func copyRows(
    intoTable table: String, schema: String? = nil, columns: [String] = [],
    _ body: (inout AsyncRowWriter) async throws -> Void
  ) async throws -> Int {
    try await copyRows(into: try CopyTable(schema: schema, table: table, columns: columns), body)
  }

  private func copyRows(
    into table: CopyTable, _ body: (inout AsyncRowWriter) async throws -> Void
  ) async throws -> Int {
    let columns = try await describe(table)
    return try await copyIn(table.copying) { writer in
      var rows = AsyncRowWriter(writer, columns)
      try await body(&rows)
      try await rows.finish()
    }
  }

  /// Asks for what can be stored in the columns.
  private func describe(_ table: CopyTable) async throws(PostgresError) -> [CopyColumn] {
    let columns = CopyColumns(table: table, described: try await describe(table.describing))
    var answers: [PostgresRows] = []
    for outcome in try await pipeline(columns.queries) { answers.append(try outcome.get()) }
    return try columns.columns(answers)
  }

  /// The columns that a statement would return.
  private func describe(_ sql: String) async throws(PostgresError) -> [PostgresColumn] {
    try await takeTurn()
    defer { endTurn() }
    try core.startDescribe(sql)
    try await run { (core) throws(PostgresError) in try core.advanceDescribe() }
    return PostgresRows(try core.finish()).columns
  }
}
