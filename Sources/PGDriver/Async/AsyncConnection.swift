/// A connection whose calls suspend the calling task until the server has answered.
///
/// An actor that runs on its event loop's thread. Callers anywhere can use it; callers on the same loop (see
/// `EventLoop`) do so without leaving the thread. Calls made at the same time take their turns in order. Cancelling a
/// task cancels its statement on the server, and leaves the connection usable.
public actor AsyncConnection: PostgresConnection {
  /// The loop that the connection lives on.
  public nonisolated let loop: EventLoop

  let core: ConnectionCore
  let statementTimeout: Duration?
  var turns = TurnQueue()
  /// The number of the operation that has its turn, so that a cancellation doesn't hit a later one.
  var operation = 0
  private(set) var waiter: SocketWaiter?
  var subscribers: [Int: Subscriber] = [:]
  var nextSubscriber = 0

  /// The loop, as the executor of this actor.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// Connects.
  ///
  /// - Parameter loop: The loop to live on; by default the common one.
  /// - Parameter onNotice: Called with each notice or warning that the server sends.
  /// - Throws: `connectionFailed` with libpq's reason; `timedOut` after the configuration's `connectTimeout`.
  public static func connect(
    to configuration: PostgresConfiguration, on loop: EventLoop? = nil,
    onNotice: (@Sendable (ServerFields) -> Void)? = nil
  ) async throws(PostgresError) -> AsyncConnection {
    let home: EventLoop
    if let loop { home = loop } else { home = try .common() }
    let connection = try AsyncConnection(configuration, on: home, onNotice)
    try await connection.finishConnecting(configuration.connectTimeout)
    return connection
  }

  private init(
    _ configuration: PostgresConfiguration, on loop: EventLoop,
    _ onNotice: (@Sendable (ServerFields) -> Void)?
  ) throws(PostgresError) {
    self.loop = loop
    statementTimeout = configuration.statementTimeout
    core = try ConnectionCore(connectingTo: configuration, noticeHandler: onNotice)
  }

  private func finishConnecting(_ timeout: Duration?) async throws(PostgresError) {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    var step = Step.wait(.writable)
    do throws(PostgresError) {
      while case .wait(let readiness) = step {
        switch await wait(for: readiness, until: deadline) {
        case .ready, .abandoned, .interrupted: break
        case .timedOut: throw PostgresError.connectTimedOut()
        case .failed(let error): throw error
        }
        // libpq may go on with another socket, which can have the number of the last one.
        unwatch()
        step = try core.advanceConnect()
      }
    } catch {
      close()
      throw error
    }
  }

  /// Runs a statement, which is prepared once and kept, and answers its rows.
  ///
  /// - Throws: `server` with the SQLSTATE if the server refuses it; `encoding` for a parameter that can't be
  ///   sent; `timedOut` after the configuration's `statementTimeout`; `cancelled`; `connectionLost` or
  ///   `connectionClosed`.
  public func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
    try await takeTurn()
    defer { endTurn() }
    try core.start(query)
    try await run { (core) throws(PostgresError) in try core.advance() }
    return PostgresRows(try core.finish())
  }

  /// Runs statements without parameters, separated by semicolons, and drops their rows.
  ///
  /// Unless they begin transactions of their own, they are one transaction.
  public func execute(_ script: String) async throws(PostgresError) {
    try await takeTurn()
    defer { endTurn() }
    try core.start(script: script)
    try await run { (core) throws(PostgresError) in try core.advance() }
    _ = try core.finish()
  }

  /// Runs a script even in a task that is cancelled; for what has to be undone.
  public func executeDespiteCancellation(_ script: String) async throws(PostgresError) {
    try await takeTurn(evenIfCancelled: true)
    defer { endTurn() }
    try core.start(script: script)
    try await advance { (core) throws(PostgresError) in try core.advance() }
    _ = try core.finish()
  }

  /// Closes the connection; a second call does nothing.
  ///
  /// A query in progress, and those that wait for their turns, end with `connectionClosed`.
  public func close() {
    unwatch()
    core.close()
    endSubscriptions()
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

  // MARK: The socket

  func wait(for readiness: Readiness, until deadline: ContinuousClock.Instant?) async -> SocketWaiter.Outcome
  {
    let waiter = watch()
    if deadline != nil { loop.deadlineBegins() }
    defer { if deadline != nil { loop.deadlineEnds() } }
    // A continuation resumes on the task's preferred executor, or else on Swift's global one, from where the task would
    // hop back to the loop: two wake-ups of other threads for nothing.
    return await withTaskExecutorPreference(loop) {
      await withUnsafeContinuation { waiter.suspend($0, for: readiness, until: deadline) }
    }
  }

  func watch() -> SocketWaiter {
    if let waiter { return waiter }
    let new = loop.add(core.socket)
    waiter = new
    return new
  }

  func unwatch() {
    guard let waiter else { return }
    loop.remove(waiter)
    self.waiter = nil
  }

  /// Interrupts the operation of a number, if it still has its turn.
  func interrupt(_ number: Int) {
    if number == operation, turns.isTaken { waiter?.interrupt() }
  }
}
