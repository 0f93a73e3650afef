import PGSystem

/// What went wrong on a connection, in a query or in the decoding of its result.
///
/// `description` holds the message, the SQLSTATE and the hint. The detail and context, which may quote
/// data, are in `serverFields` and in `debugDescription` only. No password is ever part of an error.
public struct PostgresError: Error, Sendable, Hashable {
  /// The kind of an error, to switch on; new kinds may join.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The kind in words, such as "connection lost".
    public let description: String

    init(_ description: String) {
      self.description = description
    }

    /// The connection string or a setting in it can't be used.
    public static let invalidConfiguration = Code("invalid configuration")
    /// No connection could be made: refused, unreachable, timed out or not let in.
    public static let connectionFailed = Code("connection failed")
    /// The connection broke after it had been made.
    public static let connectionLost = Code("connection lost")
    /// The connection had been closed before the call.
    public static let connectionClosed = Code("connection closed")
    /// The server refused or aborted the statement; `sqlState` says why.
    public static let server = Code("server error")
    /// The transaction was to be committed, but a statement in it had failed, so the server rolled it back.
    public static let rolledBack = Code("rolled back")
    /// The connection was lost after COMMIT had been sent: whether it took effect is not known.
    public static let commitOutcomeUnknown = Code("commit outcome unknown")
    /// A parameter or statement can't be sent as it is.
    public static let encoding = Code("encoding failed")
    /// A value isn't of the Swift type asked for.
    public static let decoding = Code("decoding failed")
    /// The call doesn't fit what the connection is doing.
    public static let misuse = Code("misuse")
    /// A time-out of the client's ran out.
    public static let timedOut = Code("timed out")
    /// The task was cancelled, and with it the command on the server.
    public static let cancelled = Code("cancelled")
    /// A statement of the pipeline wasn't run, since one before it had failed.
    public static let pipelineAborted = Code("pipeline aborted")
    /// The operating system refused something the driver needs.
    public static let system = Code("system error")
  }

  /// The kind of the error.
  public let code: Code

  /// What happened, and what to do about it, in a sentence or two.
  public let message: String

  /// The fields of the server's ErrorResponse, if it was the server that complained.
  ///
  /// PostgreSQL manual, section 55.8, "Error and Notice Message Fields".
  public let serverFields: ServerFields?

  /// Makes an error.
  public init(_ code: Code, _ message: String, serverFields: ServerFields? = nil) {
    self.code = code
    self.message = message
    self.serverFields = serverFields
  }

  /// The SQLSTATE, if the server sent one.
  public var sqlState: SQLState? {
    guard let state = serverFields?.sqlState, !state.rawValue.isEmpty else { return nil }
    return state
  }
}

extension PostgresError: CustomStringConvertible, CustomDebugStringConvertible {
  /// The message with the SQLSTATE and the hint, without anything that may quote data.
  public var description: String {
    guard let fields = serverFields else { return message }
    let hint = fields.hint.map { " Hint: \($0)" } ?? ""
    let state = sqlState.map { " (SQLSTATE \($0))" } ?? ""
    return message + state + hint
  }

  /// The description with every field the server sent.
  public var debugDescription: String {
    guard let fields = serverFields else { return "\(code): \(message)" }
    return "\(code): \(description)\(fields.debugDescription)"
  }
}

extension PostgresError {
  /// The server's refusal, with what to do about it where the server doesn't say so.
  static func server(_ fields: ServerFields) -> PostgresError {
    PostgresError(.server, fields.message + (fields.adviceOnFormat ?? ""), serverFields: fields)
  }
}

extension ServerFields {
  /// What to do about a type that lacks one of the functions of the binary format.
  ///
  /// The SQLSTATE is that of any function that is missing, so it is told by the source file that
  /// complains: src/backend/utils/cache/lsyscache.c of a column's type, src/backend/utils/adt/arrayfuncs.c
  /// of an array's elements.
  fileprivate var adviceOnFormat: String? {
    guard sqlState == .undefinedFunction else { return nil }
    return switch function {
    case "getTypeBinaryOutputInfo", "array_send":
      ". Ask for the result in text format: query.inTextFormat(), or cast the column to text."
    case "getTypeBinaryInputInfo", "array_recv":
      ". Send the value as a String, which the server reads in text format."
    default: nil
    }
  }
}

extension PostgresError {
  /// The failure of a system call, with the reason that errno gives.
  static func lastSystemError(_ what: String) -> PostgresError {
    PostgresError(.system, "\(what): \(String(cString: strerror(errno))).")
  }
}

// What both fronts say of a command that took too long.
extension PostgresError {
  /// How long a server may take to react to a cancel request before its connection is given up.
  static var cancelPatience: Duration { .seconds(5) }

  static func statementTimedOut(_ timeout: Duration) -> PostgresError {
    PostgresError(
      .timedOut, "The statement took longer than statementTimeout, \(timeout), and was cancelled.")
  }

  static func serverSilent() -> PostgresError {
    PostgresError(
      .connectionLost,
      "The server did not react to a cancel request within \(cancelPatience); the connection was closed.")
  }

  /// What becomes of a statement whose rows aren't wanted any more; no caller gets to see it.
  static var cutShort: PostgresError { PostgresError(.cutShort, "The rest of the rows was not wanted.") }

  static var taskCancelled: PostgresError {
    PostgresError(.cancelled, "The task was cancelled.")
  }
}

extension PostgresError.Code {
  static let cutShort = PostgresError.Code("cut short")
}

extension String {
  /// The text with each line end, and the indentation after it, made one space.
  ///
  /// libpq's messages end in a line end, and some have indented lines of explanation. By scalars: what a
  /// server says may begin with a combining mark, which Swift would take together with the line end.
  var onOneLine: String {
    var text = String.UnicodeScalarView()
    var isAtStart = true
    for scalar in unicodeScalars {
      if Self.lineEnds.contains(scalar.value) {
        isAtStart = true
      } else if !isAtStart {
        text.append(scalar)
      } else if !scalar.properties.isWhitespace {
        if !text.isEmpty { text.append(" ") }
        text.append(scalar)
        isAtStart = false
      }
    }
    return String(text)
  }

  /// Line feed, vertical tab, form feed, carriage return, next line, line and paragraph separator.
  private static let lineEnds: Set<UInt32> = [0xA, 0xB, 0xC, 0xD, 0x85, 0x2028, 0x2029]
}
