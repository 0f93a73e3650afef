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
