import PGSystem

// Carrying out what the state machine decides.
extension AsyncPool {
  /// Tells the machine of an event, and does what it returns.
  func handle(_ event: (inout PoolStateMachine) -> PoolStateMachine.Actions) {
    perform(state.withLock { event(&$0.machine) })
  }

  func perform(_ actions: PoolStateMachine.Actions) {
    for action in actions {
      switch action {
      case .connect(let id): connect(id)
      case .check(let id): attend(id, to: Self.check) { $0.checked($1, isHealthy: $2, at: .now) }
      case .reset(let id): attend(id, to: undo) { $0.reset($1, isHealthy: $2, at: .now) }
      case .close(let id): close(id)
      case .handOut(let id, let request):
        guard let connection = state.withLock({ $0.connections[id] }) else { continue }
        deliver(.success(Lease(id: id, connection: connection)), to: request)
      case .refuse(let request, let refusal):
        let error = state.withLock {
          PostgresError.refused(refusal, by: $0.machine, cause: $0.connectFailure)
        }
        deliver(.failure(error), to: request)
      case .wake: setAlarm()
      case .finishClosing:
        let closers = state.withLock { state in
          defer { state.closers = [] }
          return state.closers
        }
        for closer in closers { closer.resume() }
      }
    }
  }

  private func connect(_ id: ConnectionID) {
    Task.detached(executorPreference: loop) { [self] in
      do {
        let connection = try await AsyncConnection.connect(to: server, on: loop, onNotice: onNotice)
        try await setUp(connection)
        state.withLock {
          $0.connections[id] = connection
          $0.connectFailure = nil
        }
        handle { $0.connected(id, at: .now) }
      } catch {
        state.withLock { $0.connectFailure = error }
        let isTransient = PoolConfiguration.isTransient(connectFailure: error)
        handle { $0.connectFailed(id, isTransient: isTransient, at: .now) }
      }
    }
  }

  private func setUp(_ connection: AsyncConnection) async throws {
    guard let onConnect else { return }
    do {
      try await onConnect(connection)
      try PoolConfiguration.checkAfterOnConnect(connection.knownTransactionStatus)
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Does something with a connection that no caller has, and reports whether it went well.
  private func attend(
    _ id: ConnectionID, to work: @escaping @Sendable (AsyncConnection) async throws(PostgresError) -> Void,
    _ report:
      @escaping @Sendable (inout PoolStateMachine, ConnectionID, Bool) -> PoolStateMachine.Actions
  ) {
    guard let connection = state.withLock({ $0.connections[id] }) else { return }
    Task.detached(executorPreference: loop) { [self] in
      let isHealthy: Bool
      do throws(PostgresError) {
        try await work(connection)
        isHealthy = true
      } catch {
        isHealthy = false
      }
      handle { report(&$0, id, isHealthy) }
    }
  }

  /// The cheapest round trip: an empty query, as pgx and the JDBC driver use it.
  @Sendable private static func check(_ connection: AsyncConnection) async throws(PostgresError) {
    try await connection.execute("")
  }

  @Sendable private func undo(_ connection: AsyncConnection) async throws(PostgresError) {
    let (status, mayListen) = (connection.knownTransactionStatus, connection.core.mayListen)
    for script in reset.scripts(from: status, mayListen: mayListen) {
      try await connection.execute(script)
    }
    try await connection.takeTurn(evenIfCancelled: true)
    connection.core.forgetListening()
    connection.endTurn()
  }

  private func close(_ id: ConnectionID) {
    guard let connection = state.withLock({ $0.connections.removeValue(forKey: id) }) else { return }
    Task.detached(executorPreference: loop) { [self] in
      await connection.close()
      handle { $0.closed(id, at: .now) }
    }
  }

  /// Sets the alarm as the machine has it now; another thread may have changed it since the action came.
  private func setAlarm() {
    state.withLock {
      guard let instant = $0.machine.wakeAt else { return }
      alarm.set(instant, for: ObjectIdentifier(self)) { [weak self] in
        self?.handle { $0.tick(at: .now) }
      }
    }
  }
}
