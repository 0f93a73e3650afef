/// A connection whose calls suspend the calling task until the server has answered.
///
/// An actor that runs on its event loop's thread. Callers anywhere can use it; callers on the same loop (see
/// `EventLoop`) do so without leaving the thread. Calls made at the same time take their turns in order.
public actor AsyncConnection: PostgresConnection {
  /// The loop that the connection lives on.
  public nonisolated let loop: EventLoop

  private let core: ConnectionCore
  private var waiter: SocketWaiter?
  private var isBusy = false
  private var queue: [UnsafeContinuation<Void, Never>] = []

  /// The loop, as the executor of this actor.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  /// Connects.
  ///
  /// - Parameter loop: The loop to live on; by default the common one.
  /// - Throws: `connectionFailed` with libpq's reason; `timedOut` after the configuration's `connectTimeout`.
  public static func connect(
    to configuration: PostgresConfiguration, on loop: EventLoop? = nil
  ) async throws(PostgresError) -> AsyncConnection {
    let home: EventLoop
    if let loop { home = loop } else { home = try .common() }
    let connection = try AsyncConnection(configuration, on: home)
    try await connection.finishConnecting(configuration.connectTimeout)
    return connection
  }

  private init(_ configuration: PostgresConfiguration, on loop: EventLoop) throws(PostgresError) {
    self.loop = loop
    core = try ConnectionCore(connectingTo: configuration)
  }

  private func finishConnecting(_ timeout: Duration?) async throws(PostgresError) {
    let deadline = timeout.map { ContinuousClock.now + $0 }
    var step = Step.wait(.writable)
    do throws(PostgresError) {
      while case .wait(let readiness) = step {
        try await wait(for: readiness, until: deadline)
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
  ///   sent; `connectionLost` or `connectionClosed`.
  public func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
    await takeTurn()
    defer { endTurn() }
    try core.start(query)
    return PostgresRows(try await finish())
  }

  /// Runs statements without parameters, separated by semicolons, and drops their rows.
  public func execute(_ script: String) async throws(PostgresError) {
    await takeTurn()
    defer { endTurn() }
    try core.start(script: script)
    _ = try await finish()
  }

  /// Closes the connection; a second call does nothing.
  ///
  /// A query in progress, and those that wait for their turns, end with `connectionClosed`.
  public func close() {
    unwatch()
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

  // MARK: Turns

  private func takeTurn() async {
    guard isBusy else {
      isBusy = true
      return
    }
    await withUnsafeContinuation { queue.append($0) }
  }

  private func endTurn() {
    if queue.isEmpty {
      isBusy = false
    } else {
      queue.removeFirst().resume()
    }
  }

  // MARK: Waiting

  private func finish() async throws(PostgresError) -> PostgresResult {
    do throws(PostgresError) {
      while case .wait(let readiness) = try core.advance() {
        try await wait(for: readiness, until: nil)
      }
      return try core.finish()
    } catch {
      if core.isClosed { unwatch() }
      throw error
    }
  }

  private func wait(
    for readiness: Readiness, until deadline: ContinuousClock.Instant?
  ) async throws(PostgresError) {
    let waiter = watch()
    try waiter.arm(readiness)
    if deadline != nil { loop.deadlineBegins() }
    defer { if deadline != nil { loop.deadlineEnds() } }
    // A continuation resumes on the task's preferred executor, or else on Swift's global one, from where the task would
    // hop back to the loop: two wake-ups of other threads for nothing.
    let outcome = await withTaskExecutorPreference(loop) {
      await withUnsafeContinuation { waiter.suspend($0, until: deadline) }
    }
    guard outcome != .timedOut else {
      throw PostgresError(.timedOut, "The server did not answer within connect_timeout.")
    }
  }

  private func watch() -> SocketWaiter {
    if let waiter { return waiter }
    let new = loop.add(core.socket)
    waiter = new
    return new
  }

  private func unwatch() {
    guard let waiter else { return }
    loop.remove(waiter)
    self.waiter = nil
  }
}
