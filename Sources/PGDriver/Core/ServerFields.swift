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
  var isFarewell: Bool { severity == "FATAL" || severity == "PANIC" }

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

  /// Makes the fields of an answer of which no more is known.
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
