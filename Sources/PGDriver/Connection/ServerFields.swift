import CLibPQ

/// The fields of an ErrorResponse or NoticeResponse.
///
/// PostgreSQL manual, section 55.8; libpq manual, `PQresultErrorField`. Fields the server didn't
/// send are nil.
public struct ServerFields: Sendable {
  /// One reference, so that an error is small: it is the other outcome of every call of the driver.
  private let all: All

  /// ERROR, FATAL, PANIC, WARNING, NOTICE and so on, never translated.
  public var severity: String { all.severity }
  /// The five letters that classify the condition; empty if the server sent none, which PostgreSQL never
  /// does.
  public var sqlState: SQLState { all.sqlState }
  /// The primary message.
  public var message: String { all.message }
  /// A secondary message with more detail; may quote data.
  public var detail: String? { all.others["D"] }
  /// What the server suggests.
  public var hint: String? { all.others["H"] }
  /// Where in the statement the trouble is, in characters from 1.
  public var position: Int? { all.others["P"].flatMap { Int($0) } }
  /// Where in the server's own code paths, such as a PL/pgSQL call stack, the trouble arose.
  public var context: String? { all.others["W"] }
  /// The schema concerned.
  public var schema: String? { all.others["s"] }
  /// The table concerned.
  public var table: String? { all.others["t"] }
  /// The column concerned.
  public var column: String? { all.others["c"] }
  /// The data type concerned.
  public var dataType: String? { all.others["d"] }
  /// The constraint concerned.
  public var constraint: String? { all.others["n"] }
  /// The function of the server's source that found the condition.
  var function: String? { all.others["R"] }

  /// Whether the server ends the connection with it.
  var endsSession: Bool { severity == "FATAL" || severity == "PANIC" }

  private final class All: Sendable {
    let severity: String
    let sqlState: SQLState
    let message: String
    /// The further fields by their codes.
    let others: [Character: String]

    init(severity: String, sqlState: SQLState, message: String, others: [Character: String]) {
      self.severity = severity
      self.sqlState = sqlState
      self.message = message
      self.others = others
    }
  }

  /// Makes the fields of a reply of which no more is known.
  init(severity: String, sqlState: SQLState, message: String) {
    all = All(severity: severity, sqlState: sqlState, message: message, others: [:])
  }

  /// Reads the fields; nil if the result is an error that libpq made up, such as that of a broken connection.
  init?(_ result: OpaquePointer) {
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    let (code, message) = (field("C"), field("M"))
    guard code != nil || message != nil else { return nil }
    var others: [Character: String] = [:]
    for code in "DHPWstcdnR" { others[code] = field(code) }
    all = All(
      severity: field("V") ?? field("S") ?? "ERROR", sqlState: SQLState(rawValue: code ?? ""),
      message: message ?? "the server gave no message", others: others)
  }
}

extension ServerFields: Hashable {
  /// Whether all fields are equal.
  public static func == (a: ServerFields, b: ServerFields) -> Bool {
    a.severity == b.severity && a.sqlState == b.sqlState && a.message == b.message
      && a.all.others == b.all.others
  }

  /// Feeds what tells errors apart most.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(sqlState)
    hasher.combine(message)
  }
}

extension ServerFields: CustomDebugStringConvertible {
  /// The fields beyond message, SQLSTATE and hint, each on a line of its own.
  public var debugDescription: String {
    let all: [(String, String?)] = [
      ("detail", detail), ("position", position.map { "\($0)" }), ("context", context), ("schema", schema),
      ("table", table), ("column", column), ("data type", dataType), ("constraint", constraint),
    ]
    return all.compactMap { name, value in value.map { "\n  \(name): \($0)" } }.joined()
  }
}

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
