extension SyncConnection {
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
  public func copyRows(into table: String, _ body: (inout SyncRowWriter) throws -> Void) throws -> Int {
    try copyRows(into: try CopyTable(sql: table), body)
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
    _ body: (inout SyncRowWriter) throws -> Void
  ) throws -> Int {
    try copyRows(into: try CopyTable(schema: schema, table: table, columns: columns), body)
  }

  private func copyRows(into table: CopyTable, _ body: (inout SyncRowWriter) throws -> Void) throws -> Int {
    let columns = try describe(table)
    return try copyIn(table.copying) { writer in
      var rows = SyncRowWriter(writer, columns)
      try body(&rows)
      try rows.finish()
    }
  }

  /// Asks for what can be stored in the columns.
  private func describe(_ table: CopyTable) throws(PostgresError) -> [CopyColumn] {
    try core.startDescribe(table.describing)
    try run { () throws(PostgresError) in try core.advanceDescribe() }
    let columns = CopyColumns(table: table, described: PostgresRows(try core.finish()).columns)
    var answers: [PostgresRows] = []
    for outcome in try pipeline(columns.queries) { answers.append(try outcome.get()) }
    return try columns.columns(answers)
  }
}
