#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A connection whose calls block the calling thread until the server has answered.
///
/// Not Sendable: one thread has it at a time. Use a `SyncPool` to share connections among threads.
public final class SyncConnection: PostgresConnection {
  private let core: ConnectionCore

  /// Connects.
  ///
  /// - Throws: `connectionFailed` with libpq's reason; `timedOut` after the configuration's `connectTimeout`.
  public init(_ configuration: PostgresConfiguration) throws(PostgresError) {
    core = try ConnectionCore(connectingTo: configuration)
    let deadline = configuration.connectTimeout.map { ContinuousClock.now + $0 }
    var step = Step.wait(.writable)
    while case .wait(let readiness) = step {
      try Self.wait(for: readiness, of: core.socket, until: deadline)
      step = try core.advanceConnect()
    }
  }

  /// Runs a statement, which is prepared once and kept, and answers its rows.
  ///
  /// - Throws: `server` with the SQLSTATE if the server refuses it; `encoding` for a parameter that can't be
  ///   sent; `connectionLost` or `connectionClosed`.
  public func query(_ query: PostgresQuery) throws(PostgresError) -> PostgresRows {
    try core.start(query)
    return PostgresRows(try finish())
  }

  /// Runs statements without parameters, separated by semicolons, and drops their rows.
  public func execute(_ script: String) throws(PostgresError) {
    try core.start(script: script)
    _ = try finish()
  }

  /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
  ///
  /// - Throws: what `body` throws, or the failure of BEGIN or COMMIT; `rolledBack` if `body` returned although a
  ///   statement in it had failed; `misuse` in another transaction.
  public func transaction<Answer>(_ body: (SyncConnection) throws -> Answer) throws -> Answer {
    try transactionStatus.allowBegin()
    _ = try query("BEGIN")
    let answer: Answer
    do {
      answer = try body(self)
    } catch {
      // If the connection broke, the server rolls back by itself, and `error` already says so.
      _ = try? query("ROLLBACK")
      throw error
    }
    try query("COMMIT").expectCommit()
    return answer
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

  private func finish() throws(PostgresError) -> PostgresResult {
    while case .wait(let readiness) = try core.advance() {
      try Self.wait(for: readiness, of: core.socket, until: nil)
    }
    return try core.finish()
  }

  /// Blocks in poll(2).
  private static func wait(
    for readiness: Readiness, of socket: Int32, until deadline: ContinuousClock.Instant?
  ) throws(PostgresError) {
    var descriptor = pollfd(fd: socket, events: readiness.pollEvents, revents: 0)
    while true {
      let answer = poll(&descriptor, 1, deadline.map { ContinuousClock.now.milliseconds(until: $0) } ?? -1)
      if answer > 0 { return }
      if answer == 0 {
        throw PostgresError(.timedOut, "The server did not answer within connect_timeout.")
      }
      guard errno == EINTR else {
        throw PostgresError(.system, "poll failed: \(String(cString: strerror(errno))).")
      }
    }
  }
}
