import PGSystem

/// A connection whose calls suspend the calling task until the server has replied.
///
/// Callers anywhere can use it: what is sent and received, they send and receive on their own threads, and
/// only the waiting is done by an event loop's thread. Callers whose executor is that loop (see
/// `EventLoop`) never leave its thread. Calls made at the same time take their turns in order, and a
/// transaction has the connection to itself. Cancelling a task cancels its statement on the server, and
/// leaves the connection usable.
///
/// Sendable, unchecked: only the task that has the turn touches `core`, `operation` and `reads`, and `session`
/// is set once.
public final class AsyncConnection: PostgresConnection, @unchecked Sendable {
  /// The loop that waits for the connection's socket.
  public let loop: EventLoop

  let core: ConnectionCore
  /// The number of the latest operation, so that a cancellation doesn't hit a later one.
  @exclusivity(unchecked) var operation = 0
  /// How often rows or data of a COPY were read, so that others have their turn now and then.
  @exclusivity(unchecked) var reads = 0
  let statementTimeout: Duration?
  let waiter: SocketWaiter
  let turns: Lock<TurnQueue>
  let subscriptions = Subscriptions()
  /// Set before any other code knows the connection.
  private var session: (backendProcessID: Int32, serverVersion: Int32) = (0, 0)

  /// Connects to the first of the configuration's servers that lets it.
  ///
  /// When to go on to the next is libpq's rule; manual, section 34.1.1.3, "Specifying Multiple Hosts".
  /// `connect_timeout`, which may also come from the environment or a service file, is for each host and each
  /// of its addresses.
  ///
  /// - Parameter configuration: Where to connect to, and how.
  /// - Parameter loop: The loop to live on; by default the common one.
  /// - Parameter onNotice: Called with each notice or warning that the server sends.
  /// - Throws: `connectionFailed` with what each server or libpq said; `timedOut` if none replied within
  ///   `connect_timeout`; `cancelled`, as soon as the task is; `invalidConfiguration`.
  public static func connect(
    to configuration: PostgresConfiguration, on loop: EventLoop? = nil,
    onNotice: (@Sendable (ServerFields) -> Void)? = nil
  ) async throws(PostgresError) -> AsyncConnection {
    if Task.isCancelled { throw .taskCancelled }
    let home: EventLoop
    if let loop { home = loop } else { home = try .common() }
    let connection = try AsyncConnection(configuration, on: home, onNotice)
    try await connection.finishConnecting()
    return connection
  }

  private init(
    _ configuration: PostgresConfiguration, on loop: EventLoop,
    _ onNotice: (@Sendable (ServerFields) -> Void)?
  ) throws(PostgresError) {
    self.loop = loop
    statementTimeout = configuration.statementTimeout
    core = try ConnectionCore(connectingTo: configuration, noticeHandler: onNotice)
    let waiter = SocketWaiter(on: loop)
    self.waiter = waiter
    turns = Lock(TurnQueue())
    core.willClose = { waiter.forgetSocket() }
  }

  private func finishConnecting() async throws(PostgresError) {
    operation &+= 1
    let number = operation
    let lookup = HostLookup()
    let failure: PostgresError? = await withTaskCancellationHandler {
      do throws(PostgresError) {
        while try await connectFurther(number, lookup) {}
        return nil
      } catch {
        core.close()
        return error
      }
    } onCancel: {
      lookup.cancel()
      waiter.interrupt(number)
    }
    if let failure { throw failure }
    session = (core.backendProcessID, core.serverVersion)
  }

  /// Takes one step; returns whether there are more.
  private func connectFurther(
    _ number: Int, _ lookup: HostLookup
  ) async throws(PostgresError) -> Bool {
    // libpq may go on with another socket, which can have the number of the last one.
    waiter.forgetSocket()
    let step = try core.advanceConnect()
    // With a server that never stops talking, no wait begins that could be interrupted.
    if Task.isCancelled { throw .taskCancelled }
    switch step {
    case .done: return false
    case .lookUp(let name):
      let numeric = HostAddresses.of(name, onlyNumeric: true)
      if case .found = numeric {
        core.take(numeric)
      } else if let addresses = try await lookup.addresses(of: name) {
        core.take(addresses)
      } else {
        throw .taskCancelled
      }
    case .wait(let readiness, let deadline):
      let wait = SocketWaiter.Wait(
        readiness: readiness, socket: core.socket, deadline: deadline, operation: number)
      switch await self.wait(wait) {
      case .ready, .slow, .abandoned, .timedOut: break
      case .interrupted: throw .taskCancelled
      case .failed(let error): throw error
      }
    }
    return true
  }

  /// Runs a statement, which is prepared once and kept, and returns its rows.
  ///
  /// - Throws: `server` with the SQLSTATE if the server refuses it; `encoding` for a parameter that can't be
  ///   sent; `timedOut` after the configuration's `statementTimeout`; `cancelled`; `connectionLost` or
  ///   `connectionClosed`.
  public func query(_ query: PostgresQuery) async throws(PostgresError) -> PostgresRows {
    try await takeTurn()
    defer { endTurn() }
    if let check = try core.start(query) {
      try await run(check)
      _ = try core.start(query)
    }
    try await run { (core) throws(PostgresError) in try core.advance() }
    return try core.finishRows()
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

  /// Closes the connection; a second call does nothing.
  ///
  /// A query in progress, and those that wait for their turns, end with `connectionClosed`. Within `withRows`
  /// and its like, the connection is closed at the end of the scope.
  public func close() async {
    let closing = turns.withLock { $0.beginClosing() }
    waiter.abandon()
    switch closing {
    case .done: return
    case .byCaller: endTurn()
    case .byOther:
      guard !turns.withLock({ $0.isInScopeWithTurn(Self.scopes) }) else { return }
      await withUnsafeContinuation { task in
        if !turns.withLock({ $0.waitUntilClosed(task) }) { task.resume() }
      }
    }
  }

  /// The process on the server's machine that serves the connection; 0 once it is closed.
  public var backendProcessID: Int32 { isKnownClosed ? 0 : session.backendProcessID }

  /// The server's version as libpq counts it: 150018 is 15.18; 0 once the connection is closed.
  public var serverVersion: Int32 { isKnownClosed ? 0 : session.serverVersion }

  /// Where the connection stands with regard to transactions; `unknown` once it is closed or broken.
  ///
  /// Reads what the server has sent to an idle connection, so that its end shows; notices go to their
  /// handler.
  public var transactionStatus: PostgresTransactionStatus {
    takeInIdleInput()
    return knownTransactionStatus
  }

  /// Whether it was closed, or broke.
  ///
  /// Reads what the server has sent to an idle connection, so that its end shows; notices go to their
  /// handler. The next call throws the server's reason.
  public var isClosed: Bool {
    takeInIdleInput()
    return isKnownClosed
  }

  /// A parameter that the server reports by itself, such as `server_version` or `TimeZone`; nil within
  /// `withRows` and its like.
  public func serverParameter(_ name: String) async -> String? {
    do throws(PostgresError) {
      try await takeTurn(evenIfCancelled: true)
    } catch {
      return nil
    }
    defer { endTurn() }
    core.takeInIdleInput()
    return core.serverParameter(name)
  }

  /// What was known of the transaction when the last turn ended; costs no system call.
  var knownTransactionStatus: PostgresTransactionStatus {
    turns.withLock { $0.transactionStatus }
  }

  /// Whether it is known to be closed; costs no system call.
  var isKnownClosed: Bool { turns.withLock { $0.isClosed } }

  /// Reads what is there, unless there is an operation in progress, which reads it.
  private func takeInIdleInput() {
    guard turns.withLock({ $0.takeInPassing() }) else { return }
    core.takeInIdleInput()
    endTurn()
  }

  func wait(for readiness: Readiness, until deadline: MonotonicInstant?) async -> SocketWaiter.Outcome {
    await wait(SocketWaiter.Wait(readiness: readiness, socket: core.socket, deadline: deadline))
  }

  @inline(__always)
  func wait(_ wait: SocketWaiter.Wait) async -> SocketWaiter.Outcome {
    if let outcome = waiter.waitInPlace(wait) { return outcome }
    await withUnsafeContinuation { waiter.suspend($0, wait) }
    return waiter.takeOutcome() ?? .ready
  }
}

extension AsyncConnection {
  /// Sends statements without waiting for each other's replies, and returns an outcome for each, in order.
  ///
  /// Unless they begin transactions of their own, they are one transaction: when one fails, those before it
  /// are rolled back, and those after it fail with `pipelineAborted`.
  ///
  /// - Throws: what ends the whole pipeline, such as `connectionLost`, `encoding` for a parameter that can't
  ///   be sent, or `server` if a deferred constraint is violated at its end; nothing is changed then.
  public func pipeline(
    _ queries: [PostgresQuery]
  ) async throws(PostgresError) -> [Result<PostgresRows, PostgresError>] {
    guard !queries.isEmpty else { return [] }
    try await takeTurn()
    defer { endTurn() }
    var place = 0
    while let check = core.dateCheck(of: queries, from: &place) { try await run(check) }
    var pipeline = try core.startPipeline(queries)
    try await run { (core) throws(PostgresError) in try core.advance(&pipeline) }
    return try core.finish(pipeline)
  }
}
