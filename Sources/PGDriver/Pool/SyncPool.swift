import PGSystem

/// A pool of blocking connections, for threads.
///
///     let pool = try SyncPool(server, PoolConfiguration(maximumSize: 20))
///     let rows = try pool.withConnection { try $0.query("SELECT 1") }
///
/// First come, first served: a thread sleeps until it is its turn. Connections open in the background as they
/// are needed; a pool whose server restarts comes back by itself. If nothing refers to the pool any longer,
/// its connections are closed.
///
/// It carries out what `PoolStateMachine` decides, and decides nothing itself.
public final class SyncPool: Sendable {
  typealias ConnectionID = PoolStateMachine.ConnectionID
  typealias RequestID = PoolStateMachine.RequestID

  /// A connection of the pool.
  ///
  /// Sendable, unchecked: a `SyncConnection` is for one thread at a time, and so is this: the thread that
  /// uses it has taken it out of the pool's table under the lock.
  struct Member: @unchecked Sendable {
    let id: ConnectionID
    let connection: SyncConnection
  }

  /// Where one thread sleeps until its request is granted or refused.
  typealias Waiter = Condition<Result<Member, any Error>?>

  struct State {
    var machine: PoolStateMachine
    /// The connections that no thread has.
    var members: [ConnectionID: Member] = [:]
    var waiters: [RequestID: Waiter] = [:]
    /// Why the last attempt to connect failed; nil after a success.
    var connectFailure: (any Error)?
  }

  let server: PostgresConfiguration
  let reset: PoolConfiguration.Reset
  let onNotice: (@Sendable (ServerFields) -> Void)?
  let onConnect: (@Sendable (SyncConnection) throws -> Void)?
  let state: Lock<State>
  let alarm: Alarm
  let isClosed = Condition(false)

  /// Makes a pool, which begins at once to open the minimum of connections.
  ///
  /// - Parameter server: Where to connect to. Without a `connect_timeout` the pool sets one of 10 seconds.
  /// - Parameter configuration: How many connections it keeps, and when it replaces them.
  /// - Parameter onNotice: Called with each notice or warning that the server sends on any of the
  ///   connections.
  /// - Parameter onConnect: Run, on a thread of the pool's, on each new connection before it is handed out,
  ///   to set it up. An error of it counts as a failed attempt to connect, with itself as the reason:
  ///   requests fail with it once repeating is over or, if the server's SQLSTATE is one that repeating can't
  ///   mend, at once. It must end, and leave no transaction open. The policy `session` undoes its settings
  ///   when the connection comes back first; set those by the configuration's `options` instead.
  /// - Throws: `invalidConfiguration` for numbers that don't fit each other; `system` if the system refuses a
  ///   thread. That the server can't be reached is no error here, but one of the requests.
  public init(
    _ server: PostgresConfiguration, _ configuration: PoolConfiguration = PoolConfiguration(),
    onNotice: (@Sendable (ServerFields) -> Void)? = nil,
    onConnect: (@Sendable (SyncConnection) throws -> Void)? = nil
  ) throws(PostgresError) {
    try configuration.validate()
    self.server = server.forPool
    reset = configuration.reset
    self.onNotice = onNotice
    self.onConnect = onConnect
    alarm = try .common()
    state = Lock(State(machine: PoolStateMachine(configuration, seed: .random(in: 0 ... .max))))
    handle { $0.machine.start(at: .now) }
  }

  deinit {
    alarm.remove(ObjectIdentifier(self))
  }

  /// Runs `body` with a connection of its own, which goes back to the pool when `body` ends.
  ///
  /// Blocks the thread until it is its turn if all connections are in use. The connection must not be used
  /// after `body` has ended. A reset, if one is due, is made by the calling thread, too.
  ///
  /// - Throws: What `body` throws; `poolTimedOut`, `poolClosed` or the reason for which no connection
  ///   can be made.
  public func withConnection<Answer>(_ body: (SyncConnection) throws -> Answer) throws -> Answer {
    let member = try lease()
    defer { release(member) }
    return try body(member.connection)
  }

  /// Closes the pool: requests fail with `poolClosed` from now on, connections in use are waited for.
  ///
  /// Blocks until all connections are closed or the configuration's `closeTimeout` is over; a connection that
  /// is still out then goes on working and is closed on its return. Further calls wait for the same end. Not
  /// to be called inside `withConnection`, which would wait for itself.
  public func close() {
    handle { $0.machine.close(at: .now) }
    isClosed.wait { $0 ? () : nil }
  }

  /// What the pool holds and has done.
  public var statistics: PoolStatistics { state.withLock { $0.machine.statistics } }
}

// MARK: - Getting a connection and giving it back

extension SyncPool {
  private func lease() throws -> Member {
    let (member, waiter, actions) = state.withLock { state in
      let (request, actions) = state.machine.lease(at: .now)
      if case .handOut(let id, to: request) = actions.only {
        return (state.members.removeValue(forKey: id), Waiter?.none, PoolStateMachine.Actions { _ in })
      }
      let waiter = Waiter(nil)
      state.waiters[request] = waiter
      return (nil, waiter, actions)
    }
    if let member { return member }
    perform(actions)
    guard let waiter else { throw PostgresError(.poolClosed, "The connection is gone.") }
    return try waiter.wait { $0 }.get()
  }

  private func release(_ member: Member) {
    let core = member.connection.core
    let condition = reset.condition(
      of: core.transactionStatus, isLarge: core.hasLargeBuffers, mayListen: core.mayListen)
    handle {
      $0.members[member.id] = member
      return $0.machine.release(member.id, condition, at: .now)
    }
  }
}
