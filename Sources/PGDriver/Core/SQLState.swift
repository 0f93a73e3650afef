/// The five letters and digits by which PostgreSQL classifies an error.
///
/// PostgreSQL manual, appendix A, "PostgreSQL Error Codes", whose names the constants bear.
public struct SQLState: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The five characters, such as "23505".
  public let rawValue: String

  /// Makes a state of its five characters.
  public init(rawValue: String) {
    self.rawValue = rawValue
  }

  /// The five characters.
  public var description: String { rawValue }

  /// 08006: the connection failed.
  public static let connectionFailure = SQLState(rawValue: "08006")
  /// 0A000: the server doesn't support it.
  public static let featureNotSupported = SQLState(rawValue: "0A000")
  /// 22P02: the text isn't a value of the type.
  public static let invalidTextRepresentation = SQLState(rawValue: "22P02")
  /// 23503: a foreign key isn't matched.
  public static let foreignKeyViolation = SQLState(rawValue: "23503")
  /// 23505: a unique key is there already.
  public static let uniqueViolation = SQLState(rawValue: "23505")
  /// 25001: there is a transaction in progress already.
  public static let activeSQLTransaction = SQLState(rawValue: "25001")
  /// 25P02: the transaction is aborted; only a rollback goes through.
  public static let inFailedSQLTransaction = SQLState(rawValue: "25P02")
  /// 26000: the prepared statement doesn't exist.
  public static let invalidSQLStatementName = SQLState(rawValue: "26000")
  /// 28P01: wrong password.
  public static let invalidPassword = SQLState(rawValue: "28P01")
  /// 3D000: no such database.
  public static let invalidCatalogName = SQLState(rawValue: "3D000")
  /// 40001: the transaction must be tried again.
  public static let serializationFailure = SQLState(rawValue: "40001")
  /// 40P01: two transactions waited for each other.
  public static let deadlockDetected = SQLState(rawValue: "40P01")
  /// 42501: the role lacks the right.
  public static let insufficientPrivilege = SQLState(rawValue: "42501")
  /// 42601: the statement can't be parsed.
  public static let syntaxError = SQLState(rawValue: "42601")
  /// 42883: no such function or operator.
  public static let undefinedFunction = SQLState(rawValue: "42883")
  /// 42P01: no such table.
  public static let undefinedTable = SQLState(rawValue: "42P01")
  /// 57014: the statement was cancelled, or ran into statement_timeout.
  public static let queryCanceled = SQLState(rawValue: "57014")
  /// 57P01: an administrator ended the connection.
  public static let adminShutdown = SQLState(rawValue: "57P01")
}
