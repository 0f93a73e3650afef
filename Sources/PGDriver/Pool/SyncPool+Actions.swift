import PGSystem

// Carrying out what the state machine decides.
extension SyncPool {
  /// Tells the machine of an event, and does what it returns.
  func handle(_ event: (inout State) -> PoolStateMachine.Actions) {
    perform(state.withLock { event(&$0) })
  }

  func perform(_ actions: PoolStateMachine.Actions) {
    for action in actions {
      switch action {
      case .connect(let id):
        inBackground {
          $0.connect(id)
        } orElse: {
          $0.connectFailed(id, $1)
        }
      case .check(let id):
        inBackground {
          $0.check(id)
        } orElse: { pool, _ in
          pool.handle { $0.machine.checked(id, isHealthy: false, at: .now) }
        }
      case .reset(let id): undo(id)
      case .close(let id): close(id)
      case .handOut(let id, let request):
        deliver(to: request) { $0.members.removeValue(forKey: id).map { .success($0) } }
      case .refuse(let request, let refusal):
        deliver(to: request) {
          .failure(PostgresError.refused(refusal, by: $0.machine, cause: $0.connectFailure))
        }
      case .wake: setAlarm()
      case .finishClosing: isClosed.change(wakingAll: true) { $0 = true }
      }
    }
  }

  private func deliver(to request: RequestID, _ outcome: (inout State) -> Result<Member, any Error>?) {
    let (waiter, result) = state.withLock { ($0.waiters.removeValue(forKey: request), outcome(&$0)) }
    waiter?.change { $0 = result }
  }

  /// Does what may take long on a thread of its own: rare enough that its start does not count.
  private func inBackground(
    _ work: @escaping @Sendable (SyncPool) -> Void, orElse fail: (SyncPool, PostgresError) -> Void
  ) {
    do throws(PostgresError) {
      try DriverThread.start("pgdriver-pool") { work(self) }
    } catch {
      fail(self, error)
    }
  }

  private func connect(_ id: ConnectionID) {
    do {
      let connection = try SyncConnection.connect(to: server, onNotice: onNotice)
      try setUp(connection)
      let member = Member(id: id, connection: connection)
      handle {
        $0.members[id] = member
        $0.connectFailure = nil
        return $0.machine.connected(id, at: .now)
      }
    } catch {
      connectFailed(id, error)
    }
  }

  private func setUp(_ connection: SyncConnection) throws {
    guard let onConnect else { return }
    do {
      try onConnect(connection)
      try PoolConfiguration.checkAfterOnConnect(connection.core.transactionStatus)
    } catch {
      connection.close()
      throw error
    }
  }

  private func connectFailed(_ id: ConnectionID, _ error: any Error) {
    let isTransient = PoolConfiguration.isTransient(connectFailure: error)
    handle {
      $0.connectFailure = error
      return $0.machine.connectFailed(id, isTransient: isTransient, at: .now)
    }
  }

  /// Makes the cheapest round trip: an empty query, as pgx and the JDBC driver use it.
  private func check(_ id: ConnectionID) {
    attend(id, in: .checking) { connection throws(PostgresError) in
      try connection.execute("")
    } report: {
      $0.checked(id, isHealthy: $1, at: .now)
    }
  }

  private func undo(_ id: ConnectionID) {
    attend(id, in: .resetting) { connection throws(PostgresError) in
      let core = connection.core
      for script in reset.scripts(from: core.transactionStatus, mayListen: core.mayListen) {
        try connection.execute(script)
      }
      core.forgetListening()
    } report: {
      $0.reset(id, isHealthy: $1, at: .now)
    }
  }

  /// Takes a connection out of the table, does something with it, and puts it back.
  ///
  /// Unless the pool has given it up meanwhile for taking too long; then it is closed by being let go.
  private func attend(
    _ id: ConnectionID, in upkeep: PoolStateMachine.Slot.State,
    to work: (SyncConnection) throws(PostgresError) -> Void,
    report: (inout PoolStateMachine, Bool) -> PoolStateMachine.Actions
  ) {
    guard let member = state.withLock({ $0.members.removeValue(forKey: id) }) else { return }
    let isHealthy: Bool
    do throws(PostgresError) {
      try work(member.connection)
      isHealthy = true
    } catch {
      isHealthy = false
    }
    handle {
      if $0.machine.isCurrent(id, in: upkeep) { $0.members[id] = member }
      return report(&$0.machine, isHealthy)
    }
  }

  /// Closes a connection; one in the hands of a check that never ends is closed by that thread, should
  /// it go on.
  private func close(_ id: ConnectionID) {
    state.withLock { $0.members.removeValue(forKey: id) }?.connection.close()
    handle { $0.machine.closed(id, at: .now) }
  }

  /// Sets the alarm as the machine has it now; another thread may have changed it since the action came.
  private func setAlarm() {
    state.withLock {
      guard let instant = $0.machine.wakeAt else { return }
      alarm.set(instant, for: ObjectIdentifier(self)) { [weak self] in
        self?.handle { $0.machine.tick(at: .now) }
      }
    }
  }
}
