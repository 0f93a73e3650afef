/// A connection whose calls block the calling thread until the server has answered.
///
/// Not Sendable: one thread has it at a time. Use a `SyncPool` to share connections among threads.
public final class SyncConnection: PostgresConnection {
  let core: ConnectionCore
  private let statementTimeout: Duration?

  /// Connects.
  ///
  /// - Parameter onNotice: Called with each notice or warning that the server sends.
  /// - Throws: `connectionFailed` with libpq's reason; `timedOut` after the configuration's `connectTimeout`.
  public init(
    _ configuration: PostgresConfiguration, onNotice: (@Sendable (ServerFields) -> Void)? = nil
  ) throws(PostgresError) {
    statementTimeout = configuration.statementTimeout
    core = try ConnectionCore(connectingTo: configuration, noticeHandler: onNotice)
    let deadline = configuration.connectTimeout.map { MonotonicInstant.now + $0 }
    var step = Step.wait(.writable)
    while case .wait(let readiness) = step {
      guard try SocketPoll.wait(for: readiness, of: core.socket, until: deadline) else {
        core.close()
        throw .connectTimedOut()
      }
      step = try core.advanceConnect()
    }
  }

  /// Runs a statement, which is prepared once and kept, and answers its rows.
  ///
  /// - Throws: `server` with the SQLSTATE if the server refuses it; `encoding` for a parameter that can't be
  ///   sent; `timedOut` after the configuration's `statementTimeout`; `connectionLost` or `connectionClosed`.
  public func query(_ query: PostgresQuery) throws(PostgresError) -> PostgresRows {
    try core.start(query)
    return PostgresRows(try finish())
  }

  /// Runs statements without parameters, separated by semicolons, and drops their rows.
  ///
  /// Unless they begin transactions of their own, they are one transaction.
  public func execute(_ script: String) throws(PostgresError) {
    try core.start(script: script)
    _ = try finish()
  }

  /// Closes the connection; a second call does nothing.
  public func close() {
    core.close()
  }

  /// The process on the server's machine that serves the connection.
  public var backendProcessID: Int32 { core.backendProcessID }

  /// Where the connection stands with regard to transactions.
  public var transactionStatus: PostgresTransactionStatus { core.transactionStatus }

  /// Whether it was closed, or broke.
  public var isClosed: Bool { core.isClosed }

  /// The server's version as libpq counts it: 150018 is 15.18.
  public var serverVersion: Int32 { core.serverVersion }

  /// A parameter that the server reports by itself, such as `server_version` or `TimeZone`.
  public func serverParameter(_ name: String) -> String? { core.serverParameter(name) }

  // MARK: Waiting

  /// Sees the query or script in progress through to its outcome.
  func finish() throws(PostgresError) -> PostgresResult {
    guard let statementTimeout else {
      while case .wait(let readiness) = try core.advance() {
        try SocketPoll.wait(for: readiness, of: core.socket)
      }
      return try core.finish()
    }
    try run(within: statementTimeout) { () throws(PostgresError) in try core.advance() }
    return try core.finish()
  }

  /// Advances an operation until it is done.
  func run(_ advance: () throws(PostgresError) -> Step) throws(PostgresError) {
    if let statementTimeout {
      try run(within: statementTimeout, advance)
    } else {
      while case .wait(let readiness) = try advance() {
        try SocketPoll.wait(for: readiness, of: core.socket)
      }
    }
  }

  /// Advances an operation, and cancels it on the server when it takes too long.
  private func run(
    within timeout: Duration, _ advance: () throws(PostgresError) -> Step
  ) throws(PostgresError) {
    var deadline = MonotonicInstant.now + timeout
    var cancel: PendingCancel?
    while case .wait(let readiness) = try advance() {
      if try SocketPoll.wait(for: readiness, of: core.socket, until: deadline) { continue }
      guard cancel == nil else {
        core.close()
        throw .serverSilent()
      }
      core.cancelReason = .statementTimedOut(timeout)
      cancel = PendingCancel(core.cancelRequest())
      deadline = MonotonicInstant.now + PostgresError.cancelPatience
    }
    // The signal must not hit the next command.
    cancel?.waitBlocking()
  }
}
