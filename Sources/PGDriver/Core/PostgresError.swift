/// What went wrong on a connection, in a query or in the decoding of its result.
///
/// `description` holds the message, the SQLSTATE and the hint. The detail and context, which may quote
/// data, are in `serverFields` and in `debugDescription` only. No password is ever part of an error.
public struct PostgresError: Error, Sendable, Hashable {
  /// The kind of an error, to switch on; new kinds may join.
  public struct Code: Sendable, Hashable, CustomStringConvertible {
    /// The kind in words, such as "connection lost".
    public let description: String

    /// Makes a kind of your own.
    public init(_ description: String) {
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
