package import PGDriver

/// Why no database server, or no database on it, could be had.
///
/// The description says what to do next. It never holds a password.
public struct DatabaseServerError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What went wrong, to decide by.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The name of the code, such as `startFailed`.
    public let description: String

    /// No folder with `postgres` and `initdb` was found.
    public static let postgresNotFound = Code(description: "postgresNotFound")
    /// An environment variable or URL says something that cannot be used.
    public static let invalidConfiguration = Code(description: "invalidConfiguration")
    /// No new cluster could be made.
    public static let initialisationFailed = Code(description: "initialisationFailed")
    /// The server of the kit did not start.
    public static let startFailed = Code(description: "startFailed")
    /// The server does not answer, or refuses the user.
    public static let unreachable = Code(description: "unreachable")
    /// The user may not create databases.
    public static let notPermitted = Code(description: "notPermitted")
    /// A database could not be made, filled or dropped.
    public static let databaseFailed = Code(description: "databaseFailed")
    /// The server was stopped already.
    public static let stopped = Code(description: "stopped")
  }

  /// What went wrong, to decide by.
  public let code: Code
  /// What went wrong and what to do next, for people.
  public let description: String

  /// What happened on the connection, if that is why.
  let cause: PostgresError?

  package init(_ code: Code, _ description: String, cause: PostgresError? = nil) {
    self.code = code
    self.description = description
    self.cause = cause
  }

  /// Whether the server itself is in trouble, of which its log may tell, and not what was asked of it.
  var isServersTrouble: Bool {
    guard let cause else { return false }
    // Appendix A, "PostgreSQL Error Codes": insufficient resources, operator intervention, system
    // error, internal error.
    let classes = ["53", "57", "58", "XX"]
    return cause.code == .connectionLost || cause.code == .connectionClosed || cause.code == .connectionFailed
      || cause.sqlState.map { classes.contains(String($0.rawValue.prefix(2))) } ?? false
  }
}
