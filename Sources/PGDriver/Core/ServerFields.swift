import CLibPQ

/// The fields of an ErrorResponse or NoticeResponse.
///
/// PostgreSQL manual, section 55.8; libpq manual, `PQresultErrorField`. Fields the server didn't send are nil.
public struct ServerFields: Sendable, Hashable {
  /// ERROR, FATAL, PANIC, WARNING, NOTICE and so on, never translated.
  public let severity: String
  /// The five letters that classify the condition.
  public let sqlState: SQLState
  /// The primary message.
  public let message: String
  /// A secondary message with more detail; may quote data.
  public let detail: String?
  /// What the server suggests.
  public let hint: String?
  /// Where in the statement the trouble is, in characters from 1.
  public let position: Int?
  /// Where in the server's own code paths, such as a PL/pgSQL call stack, the trouble arose.
  public let context: String?
  /// The schema concerned.
  public let schema: String?
  /// The table concerned.
  public let table: String?
  /// The column concerned.
  public let column: String?
  /// The data type concerned.
  public let dataType: String?
  /// The constraint concerned.
  public let constraint: String?
  /// The function of the server's source that found the condition.
  let function: String?

  /// Reads the fields; nil if the result is an error that libpq made up, such as that of a broken connection.
  init?(_ result: OpaquePointer) {
    func field(_ code: Character) -> String? {
      PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    guard let code = field("C") else { return nil }
    sqlState = SQLState(rawValue: code)
    severity = field("V") ?? field("S") ?? "ERROR"
    message = field("M") ?? "the server gave no message"
    detail = field("D")
    hint = field("H")
    position = field("P").flatMap { Int($0) }
    context = field("W")
    schema = field("s")
    table = field("t")
    column = field("c")
    dataType = field("d")
    constraint = field("n")
    function = field("R")
  }
}

extension ServerFields {
  /// Makes the fields of an answer of which no more is known.
  init(severity: String, sqlState: SQLState, message: String) {
    self.severity = severity
    self.sqlState = sqlState
    self.message = message
    (detail, hint, position, context, schema, table) = (nil, nil, nil, nil, nil, nil)
    (column, dataType, constraint, function) = (nil, nil, nil, nil)
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
