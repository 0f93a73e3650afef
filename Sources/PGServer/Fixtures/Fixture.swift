/// the tables and rows that a test or a benchmark finds in its database.
public struct Fixture: Sendable, Hashable {
  /// The name, for messages.
  public let name: String
  /// The SQL that makes the content: statements separated by semicolons, run in an empty UTF-8 database.
  ///
  /// They run as one transaction. The kit then runs VACUUM (FREEZE, ANALYZE), so that every clone starts with
  /// the same statistics and the same visibility.
  ///
  /// A dump as `pg_dump --no-owner --no-privileges` writes it will do: with `COPY … FROM stdin` and its data,
  /// and with psql's commands that change nothing, such as `\connect`. Statements that make or change
  /// databases are left out.
  public let script: String

  /// Names some SQL.
  public init(name: String, script: String) {
    self.name = name
    self.script = script
  }

  /// A database with nothing in it.
  public static let empty = Fixture(name: "empty", script: "")
}
