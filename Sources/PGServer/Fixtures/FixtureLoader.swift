import PGDriver

/// Runs a fixture's script on a connection, in a transaction.
struct FixtureLoader {
  private let connection: SyncConnection
  private let fixture: Fixture
  private var script: FixtureScript
  /// The database that the script connects to, since a dump of several databases doesn't go into one.
  private var database: String?

  /// How many bytes of INSERT statements are sent at once: far servers take their time for each answer.
  private static let batchSize = 1 << 16

  /// Runs the script, and then what makes every clone start with the same statistics and the same visibility.
  static func load(_ fixture: Fixture, on connection: SyncConnection) throws(DatabaseServerError) {
    var loader = FixtureLoader(
      connection: connection, fixture: fixture, script: FixtureScript(fixture.script), database: nil)
    try loader.run()
  }

  private mutating func run() throws(DatabaseServerError) {
    try execute("BEGIN")
    var inserts: [FixtureScript.Piece] = []
    while let piece = script.next() {
      if case .statement(let words) = piece.kind, words.first == "INSERT" {
        inserts.append(piece)
        if piece.range.upperBound - inserts[0].range.lowerBound > Self.batchSize { try runAll(&inserts) }
      } else {
        try runAll(&inserts)
        try run(piece)
        script.backslashesQuote = connection.serverParameter("standard_conforming_strings") == "off"
      }
    }
    try runAll(&inserts)
    // What is deferred to the end may fail there.
    try execute("COMMIT")
    // A dump may end as the owner of a table.
    try execute("RESET SESSION AUTHORIZATION; RESET ROLE; VACUUM (FREEZE, ANALYZE)")
  }

  private func execute(_ statement: String) throws(DatabaseServerError) {
    do throws(PostgresError) {
      // One by one: VACUUM can't be sent together with other statements.
      for part in statement.split(separator: ";") { try connection.execute(String(part)) }
    } catch {
      throw failure("failed at its end", error)
    }
  }

  /// Runs INSERT statements together; if one of them fails, one by one, to tell which.
  private mutating func runAll(_ pieces: inout [FixtureScript.Piece]) throws(DatabaseServerError) {
    defer { pieces = [] }
    if pieces.count > 1, let first = pieces.first, let last = pieces.last,
      connection.transactionStatus == .inTransaction
    {
      // What is between them are spaces and comments.
      let text = script.string(first.range.lowerBound..<last.range.upperBound)
      if (try? connection.execute("SAVEPOINT pgbenchkit")) != nil, (try? connection.execute(text)) != nil,
        (try? connection.execute("RELEASE SAVEPOINT pgbenchkit")) != nil
      {
        return
      }
      try execute("ROLLBACK TO SAVEPOINT pgbenchkit")
    }
    for piece in pieces { try run(piece) }
  }

  private func attempt(_ piece: FixtureScript.Piece, _ send: () throws(PostgresError) -> Void)
    throws(DatabaseServerError)
  {
    do throws(PostgresError) {
      try send()
    } catch {
      throw failure(of: piece, error)
    }
  }

  private mutating func run(_ piece: FixtureScript.Piece) throws(DatabaseServerError) {
    switch piece.kind {
    case .statement(let words) where Self.concernsDatabase(words): break
    case .statement:
      try attempt(piece, { () throws(PostgresError) in try connection.execute(script.string(piece.range)) })
    case .copy(let data?):
      try attempt(piece) { () throws(PostgresError) in try copy(script.string(piece.range), script.text[data])
      }
    case .copy(nil):
      throw refusal(piece, "The data of the COPY have no end: a line with nothing but \\. in it.")
    case .command(let name, let argument):
      switch FixtureCommand(name: name, argument: argument) {
      case .ignored: break
      case .database(let name):
        guard database == nil || database == name else {
          throw refusal(
            piece,
            "The script is of several databases, and a fixture is one. Take one of them: pg_dump \(name).")
        }
        database = name
      case .refused(let reason):
        throw refusal(piece, "The command \\\(name) can't be carried out: \(reason).")
      }
    }
  }

  private func copy(_ statement: String, _ data: ArraySlice<UInt8>) throws(PostgresError) {
    do {
      try connection.copyIn(statement) { try $0.write(data) }
    } catch let error as PostgresError {
      throw error
    } catch {
      throw PostgresError(.system, "\(error)")
    }
  }

  /// Whether a statement is about a database, which it names: a fixture has one of its own, of another name.
  ///
  /// Such statements are at the head of a dump with --create, and a fixture must change nothing else on
  /// the user's server.
  private static func concernsDatabase(_ words: [String]) -> Bool {
    switch words.first {
    case "CREATE", "ALTER", "DROP": words.dropFirst().first == "DATABASE"
    case "COMMENT", "SECURITY": zip(words, words.dropFirst()).contains { $0 == ("ON", "DATABASE") }
    case "GRANT", "REVOKE": zip(words, words.dropFirst()).contains { $0 == ("ON", "DATABASE") }
    default: false
    }
  }
}

// MARK: - What went wrong, and where

extension FixtureLoader {
  private func refusal(_ piece: FixtureScript.Piece, _ words: String) -> DatabaseServerError {
    DatabaseServerError(.databaseFailed, "The SQL of fixture \(fixture.name), line \(piece.line): \(words)")
  }

  private func failure(_ what: String, _ error: PostgresError) -> DatabaseServerError {
    DatabaseServerError(
      .databaseFailed, "The SQL of fixture \(fixture.name) \(what): \(error)", cause: error)
  }

  private func failure(of piece: FixtureScript.Piece, _ error: PostgresError) -> DatabaseServerError {
    let text = script.string(piece.range)
    return failure(
      "failed at line \(line(of: error, in: piece, text)), in \"\(Self.beginning(of: text))\"",
      error, advice: Self.advice(on: error, text))
  }

  private func failure(_ what: String, _ error: PostgresError, advice: String) -> DatabaseServerError {
    DatabaseServerError(
      .databaseFailed, "The SQL of fixture \(fixture.name) \(what): \(error)\(advice)", cause: error)
  }

  /// The line that the server means, where it says so: a place in the statement, or a line of COPY's data.
  private func line(of error: PostgresError, in piece: FixtureScript.Piece, _ text: String) -> Int {
    if case .copy(let data?) = piece.kind {
      // The line of the data is in the context only: "COPY users, line 3, column id: …".
      let match = error.serverFields?.context?.firstMatch(of: #/COPY .*?, line (\d+)/#)
      let first = script.text[piece.range.lowerBound..<data.lowerBound].count { $0 == UInt8(ascii: "\n") }
      return match.flatMap { Int($0.1) }.map { piece.line + first + $0 - 1 } ?? piece.line
    }
    guard let position = error.serverFields?.position else { return piece.line }
    return piece.line + text.unicodeScalars.prefix(max(0, position - 1)).count { $0 == "\n" }
  }

  /// The first words of a statement on one line; not what may follow the word PASSWORD.
  static func beginning(of text: String) -> String {
    let words = text.split { $0.isWhitespace }
    let open = words.prefix { $0.uppercased() != "PASSWORD" }
    let line = open.joined(separator: " ")
    guard open.count == words.count, line.count <= 60 else { return "\(line.prefix(60))…" }
    return line
  }

  private static func advice(on error: PostgresError, _ text: String) -> String {
    let isOwnership =
      text.contains("OWNER TO") || ["GRANT", "REVOKE"].contains(text.prefix { $0.isLetter }.uppercased())
    // active_sql_transaction
    if error.sqlState == SQLState(rawValue: "25001") {
      return
        " A fixture is run as one transaction: leave out what can't be in one, such as CONCURRENTLY. "
        + "It is vacuumed and analysed at its end anyway."
    }
    guard error.sqlState == SQLState(rawValue: "42704"), isOwnership else { return "" }
    return " Leave owners and rights out of the dump: pg_dump --no-owner --no-privileges."
  }
}

/// What becomes of a command of psql's in a fixture.
enum FixtureCommand: Hashable {
  /// It changes nothing about what is stored.
  case ignored
  /// The script is about the database of that name from here on.
  case database(String)
  /// It can't be carried out, and why.
  case refused(String)

  init(name: String, argument: String) {
    switch name {
    case "restrict", "unrestrict", "echo", "qecho", "warn", "timing", "pset", "x", "a", "t", "o", "encoding":
      self = .ignored
    case "set" where Self.variablesOfPsql.contains(argument.prefix { $0 != " " }): self = .ignored
    case "connect", "c": self = .database(argument.filter { $0 != "\"" })
    case ".": self = .refused("it ends the data of a COPY … FROM stdin, and there is none before it")
    case "copy", "i", "ir", "include", "include_relative":
      self = .refused("a fixture reads no other files: put what is in them in its place")
    case "set", "gset", "if", "elif", "else", "endif":
      self = .refused("a fixture has no variables of psql's: put their values in their place")
    default: self = .refused("it is psql's, and only SQL is sent to the server")
    }
  }

  private static let variablesOfPsql: Set<Substring> = [
    "ON_ERROR_STOP", "ON_ERROR_ROLLBACK", "ECHO", "QUIET", "VERBOSITY", "AUTOCOMMIT", "SHOW_CONTEXT",
  ]
}
