import PGSystem

/// A pool of asynchronous connections, all on one event loop.
///
///     let pool = try AsyncPool(server, PoolConfiguration(maximumSize: 20))
///     let rows = try await pool.withConnection { try await $0.query("SELECT 1") }
///
/// First come, first served. Connections open in the background as they are needed; a pool whose server
/// restarts comes back by itself. Getting and returning a connection needs no change of thread. If nothing
/// refers to the pool any longer, it closes its connections as `close` does.
///
/// It carries out what `PoolStateMachine` decides, and decides nothing itself.
public final class AsyncPool: Sendable {
  /// The loop that the connections live on.
  public let loop: EventLoop

  typealias ConnectionID = PoolStateMachine.ConnectionID
  typealias RequestID = PoolStateMachine.RequestID

  struct Lease: Sendable {
    let id: ConnectionID
    let connection: AsyncConnection
  }

  /// A task that waits: on the way to sleep, granted or refused before that, or asleep.
  enum Waiter {
    case arriving
    case settled(Result<Lease, any Error>)
    case asleep(CheckedContinuation<Result<Lease, any Error>, Never>)
  }

  struct State {
    var machine: PoolStateMachine
    var connections: [ConnectionID: AsyncConnection] = [:]
    var waiters: [RequestID: Waiter] = [:]
    var closers: [CheckedContinuation<Void, Never>] = []
    /// Why the last attempt to connect failed; nil after a success.
    var connectFailure: (any Error)?
  }

  let server: PostgresConfiguration
  let reset: PoolConfiguration.Reset
  let onNotice: (@Sendable (ServerFields) -> Void)?
  let onConnect: (@Sendable (AsyncConnection) async throws -> Void)?
  let state: Lock<State>
  let alarm: Alarm

  /// Makes a pool, which begins at once to open the minimum of connections.
  ///
  /// - Parameter server: Where to connect to. Without a `connect_timeout` the pool sets one of 10 seconds.
  /// - Parameter configuration: How many connections it keeps, and when it replaces them.
  /// - Parameter loop: The loop for the connections to live on; by default the common one.
  /// - Parameter onNotice: Called with each notice or warning that the server sends on any of the
  ///   connections.
  /// - Parameter onConnect: Run on each new connection before it is handed out, to set it up. An error of it
  ///   counts as a failed attempt to connect, with itself as the reason: requests fail with it once repeating
  ///   is over or, if the server's SQLSTATE is one that repeating can't mend, at once. It must end, and leave
  ///   no transaction open. The policy `session` undoes its settings when the connection comes back first;
  ///   set those by the configuration's `options` instead.
  /// - Throws: `invalidConfiguration` for numbers that don't fit each other; `system` if the system refuses a
  ///   thread. That the server can't be reached is no error here, but one of the requests.
  public init(
    _ server: PostgresConfiguration, _ configuration: PoolConfiguration = PoolConfiguration(),
    on loop: EventLoop? = nil, onNotice: (@Sendable (ServerFields) -> Void)? = nil,
    onConnect: (@Sendable (AsyncConnection) async throws -> Void)? = nil
  ) throws(PostgresError) {
    try configuration.validate()
    if let loop { self.loop = loop } else { self.loop = try .common() }
    self.server = server.forPool
    reset = configuration.reset
    self.onNotice = onNotice
    self.onConnect = onConnect
    alarm = try .common()
    state = Lock(State(machine: PoolStateMachine(configuration, seed: .random(in: 0 ... .max))))
    handle { $0.start(at: .now) }
  }

  deinit {
    alarm.remove(ObjectIdentifier(self))
    for connection in state.withLock({ $0.connections.values }) {
      Task.detached(executorPreference: loop) { await connection.close() }
    }
  }

  /// Runs `body` with a connection of its own, which goes back to the pool when `body` ends.
  ///
  /// Waits for its turn if all connections are in use; cancelling the task gives the place up at once. The
  /// connection must not be used after `body` has ended.
  ///
  /// - Throws: What `body` throws; `poolTimedOut`, `poolClosed` or the reason for which no connection can be
  ///   made; `CancellationError` if the task was cancelled before it got a connection.
  public func withConnection<Answer>(
    _ body: (AsyncConnection) async throws -> Answer
  ) async throws -> Answer {
    let lease = try await lease()
    defer { release(lease) }
    return try await body(lease.connection)
  }

  /// Closes the pool: requests fail with `poolClosed` from now on, connections in use are waited for.
  ///
  /// Returns once all connections are closed or the configuration's `closeTimeout` is over; a connection that
  /// is still out then goes on working and is closed on its return. Further calls wait for the same end. Not
  /// to be called inside `withConnection`, which would wait for itself.
  public func close() async {
    await withCheckedContinuation { closer in
      let actions = state.withLock { state -> PoolStateMachine.Actions? in
        guard state.machine.phase != .closed else { return nil }
        state.closers.append(closer)
        return state.machine.close(at: .now)
      }
      guard let actions else { return closer.resume() }
      perform(actions)
    }
  }

  /// What the pool holds and has done.
  public var statistics: PoolStatistics { state.withLock { $0.machine.statistics } }
}

// Getting a connection and giving it back.
extension AsyncPool {
  func lease() async throws -> Lease {
    try Task.checkCancellation()
    let (request, actions, ready) = state.withLock { state in
      let (request, actions) = state.machine.lease(at: .now)
      if case .handOut(let id, to: request) = actions.only, let connection = state.connections[id] {
        return (
          request, PoolStateMachine.Actions { _ in }, Lease?.some(Lease(id: id, connection: connection))
        )
      }
      state.waiters[request] = .arriving
      return (request, actions, nil)
    }
    if let ready { return ready }
    perform(actions)
    return try await outcome(of: request)
  }

  func release(_ lease: Lease) {
    let connection = lease.connection
    guard connection.subscriptions.needAttention else {
      return settle(lease, from: connection.knownTransactionStatus)
    }
    // The next to get it must not find it listening, and to end that takes a round trip.
    Task.detached { [self] in settle(lease, from: await connection.returnToPool()) }
  }

  private func settle(_ lease: Lease, from status: PostgresTransactionStatus) {
    let core = lease.connection.core
    let condition = reset.condition(
      of: status, isLarge: core.hasLargeBuffers, mayListen: core.mayListen)
    handle { $0.release(lease.id, condition, at: .now) }
  }

  private func outcome(of request: RequestID) async throws -> Lease {
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let outcome = state.withLock { state -> Result<Lease, any Error>? in
          if case .settled(let outcome) = state.waiters[request] {
            state.waiters[request] = nil
            return outcome
          }
          state.waiters[request] = .asleep(continuation)
          return nil
        }
        if let outcome { continuation.resume(returning: outcome) }
      }
    } onCancel: {
      handle { $0.cancel(request) }
    }
    return try outcome.get()
  }

  func deliver(_ outcome: Result<Lease, any Error>, to request: RequestID) {
    let waiter = state.withLock { state -> CheckedContinuation<Result<Lease, any Error>, Never>? in
      if case .asleep(let continuation) = state.waiters[request] {
        state.waiters[request] = nil
        return continuation
      }
      state.waiters[request] = .settled(outcome)
      return nil
    }
    waiter?.resume(returning: outcome)
  }
}
