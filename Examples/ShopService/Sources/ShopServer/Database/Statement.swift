import PGDriver

/// A statement and how its rows are read, the same for both drivers.
package struct Statement<Answer: Sendable>: Sendable {
  package let query: PostgresQuery
  package let read: @Sendable (PostgresRows) throws -> Answer

  /// Joins a query with what reads its rows.
  init(_ query: PostgresQuery, read: @escaping @Sendable (PostgresRows) throws -> Answer) {
    self.query = query
    self.read = read
  }
}

/// What is decoded from a row of some columns.
package protocol TableRow: Sendable {
  /// The columns, as SELECT and RETURNING name them.
  static var columns: String { get }
  /// Decodes a row of the columns.
  init(_ row: PostgresRow) throws(PostgresError)
}

extension Statement {
  /// All rows.
  static func rows<Row: TableRow>(
    _ sql: String, _ parameters: [any PostgresEncodable] = []
  ) -> Statement where Answer == [Row] {
    Statement(PostgresQuery(sql: sql, parameters: parameters)) { try $0.map { try Row($0) } }
  }

  /// The first row, if there is one.
  static func row<Row: TableRow>(
    _ sql: String, _ parameters: [any PostgresEncodable] = []
  ) -> Statement where Answer == Row? {
    Statement(PostgresQuery(sql: sql, parameters: parameters)) { try $0.first.map { try Row($0) } }
  }

  /// The number of rows that were changed.
  static func command(
    _ sql: String, _ parameters: [any PostgresEncodable] = []
  ) -> Statement where Answer == Int {
    Statement(PostgresQuery(sql: sql, parameters: parameters)) { $0.affectedRows ?? 0 }
  }
}

/// The current time as the columns of the tables hold it, whatever the session's time zone is.
let utcNow = "(now() AT TIME ZONE 'UTC')"
