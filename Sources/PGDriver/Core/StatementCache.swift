/// A statement that the server has parsed under a name.
final class PreparedStatement {
  let name: String
  let sql: SQLText
  /// The declared types of its parameters; another list is another statement.
  let types: [UInt32]

  init(name: String, sql: SQLText, types: [UInt32]) {
    self.name = name
    self.sql = sql
    self.types = types
  }
}

/// The statements that a connection has prepared, by text and parameter types.
struct StatementCache {
  private var statements: [SQLText: [PreparedStatement]] = [:]
  /// The one used last: a loop over one query need not hash its text each time.
  private var latest: PreparedStatement?
  private var made = 0

  /// The statement of a text, and whether it is new and so has to be prepared first.
  mutating func statement(for text: String, types: [UInt32]) -> (PreparedStatement, isNew: Bool) {
    let sql = SQLText(string: text)
    if let latest, latest.sql == sql, latest.types == types { return (latest, false) }
    if let known = statements[sql]?.first(where: { $0.types == types }) {
      latest = known
      return (known, false)
    }
    made += 1
    let new = PreparedStatement(name: "pgdriver_\(made)", sql: sql, types: types)
    statements[sql, default: []].append(new)
    latest = new
    return (new, true)
  }

  /// Forgets a statement whose preparation failed.
  mutating func remove(_ statement: PreparedStatement) {
    statements[statement.sql]?.removeAll { $0 === statement }
    latest = nil
  }
}
