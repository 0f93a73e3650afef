/// The table, and maybe the columns, that a COPY is for, as its statement has them.
struct CopyTable {
  /// The table's name as SQL.
  let name: String
  /// The columns' names as SQL; nil stands for all but the generated ones.
  let columns: [String]?

  /// Makes a table of names that need not be quoted.
  ///
  /// - Throws: `encoding` for a name with the character U+0000.
  init(schema: String?, table: String, columns: [String]) throws(PostgresError) {
    let quotedTable = try PostgresQuery.quoted(identifier: table)
    if let schema {
      name = "\(try PostgresQuery.quoted(identifier: schema)).\(quotedTable)"
    } else {
      name = quotedTable
    }
    var quoted: [String] = []
    for column in columns { quoted.append(try PostgresQuery.quoted(identifier: column)) }
    self.columns = quoted.isEmpty ? nil : quoted
  }

  /// Takes SQL such as `shop.users (name, "E-Mail")` apart.
  ///
  /// - Throws: `misuse` if it isn't a table with or without a list of columns.
  init(sql: String) throws(PostgresError) {
    var parts: [String] = []
    var part = ""
    var isQuoted = false
    var closed = false
    // By scalars: a quotation mark may be a part of a Character.
    for scalar in sql.unicodeScalars {
      if scalar == "\"" { isQuoted.toggle() }
      switch scalar {
      case "(" where !isQuoted && parts.isEmpty, "," where !isQuoted && !parts.isEmpty && !closed:
        parts.append(part)
        part = ""
      case ")" where !isQuoted && !parts.isEmpty && !closed:
        closed = true
      case _ where closed && !Self.isSpace(scalar), "(" where !isQuoted, ")" where !isQuoted:
        throw Self.notATable
      default:
        part.unicodeScalars.append(scalar)
      }
    }
    guard !isQuoted, closed || parts.isEmpty else { throw Self.notATable }
    parts.append(part)
    parts = parts.map(Self.trimmed)
    name = parts[0]
    columns = parts.count > 1 ? Array(parts[1...]) : nil
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.unicodeScalars.drop(while: isSpace)
    guard let end = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(start[...end])
  }

  /// What SQL takes for a space: PostgreSQL manual, section 4.1, "Lexical Structure".
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar == " " || ("\t"..."\r").contains(scalar)
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
