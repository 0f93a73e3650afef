/// The table, and maybe the columns, that a COPY is for, as its statement has them.
struct CopyTable {
  /// The table's name as SQL.
  let name: String
  /// The columns' names as SQL; nil stands for all but the generated ones.
  let columns: [String]?

  /// Makes a table of names that need not be quoted.
  init(schema: String?, table: String, columns: [String]) {
    name = [schema, table].compactMap { $0 }.map(PostgresQuery.quoted(identifier:)).joined(separator: ".")
    self.columns = columns.isEmpty ? nil : columns.map(PostgresQuery.quoted(identifier:))
  }

  /// Takes SQL such as `shop.users (name, "E-Mail")` apart.
  ///
  /// - Throws: `misuse` if it isn't a table with or without a list of columns.
  init(sql: String) throws(PostgresError) {
    var parts: [String] = []
    var part = ""
    var isQuoted = false
    var closed = false
    for character in sql {
      if character == "\"" { isQuoted.toggle() }
      switch character {
      case "(" where !isQuoted && parts.isEmpty, "," where !isQuoted && !parts.isEmpty && !closed:
        parts.append(part)
        part = ""
      case ")" where !isQuoted && !parts.isEmpty && !closed:
        closed = true
      case _ where closed && !character.isWhitespace, "(" where !isQuoted, ")" where !isQuoted:
        throw Self.notATable
      default:
        part.append(character)
      }
    }
    guard !isQuoted, closed || parts.isEmpty else { throw Self.notATable }
    parts.append(part)
    parts = parts.map(Self.trimmed)
    name = parts[0]
    columns = parts.count > 1 ? Array(parts[1...]) : nil
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    return String(start.reversed().drop(while: \.isWhitespace).reversed())
  }

  private static var notATable: PostgresError {
    PostgresError(
      .misuse,
      "copyRows takes a table and, in parentheses, its columns, such as \"users (name, email)\". "
        + "For other COPY statements use copyIn.")
  }

  /// The statement that takes rows.
  var copying: String {
    "COPY \(name)\(columns.map { " (\($0.joined(separator: ",")))" } ?? "") FROM STDIN (FORMAT binary)"
  }

  /// A statement that returns the columns; not to be run, which would take the right to read the table.
  var describing: String {
    // After a point every word is a column's name, a keyword too.
    "SELECT \((columns ?? ["*"]).map { "pgdriver.\($0)" }.joined(separator: ",")) FROM \(name) AS pgdriver"
  }
}
