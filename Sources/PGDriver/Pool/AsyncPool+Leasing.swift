import PGSystem

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
    return try await answer(to: request)
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

  private func answer(to request: RequestID) async throws -> Lease {
    let answer = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let answer = state.withLock { state -> Result<Lease, any Error>? in
          if case .answered(let answer) = state.waiters[request] {
            state.waiters[request] = nil
            return answer
          }
          state.waiters[request] = .asleep(continuation)
          return nil
        }
        if let answer { continuation.resume(returning: answer) }
      }
    } onCancel: {
      handle { $0.cancel(request) }
    }
    return try answer.get()
  }

  func deliver(_ answer: Result<Lease, any Error>, to request: RequestID) {
    let sleeper = state.withLock { state -> CheckedContinuation<Result<Lease, any Error>, Never>? in
      if case .asleep(let continuation) = state.waiters[request] {
        state.waiters[request] = nil
        return continuation
      }
      state.waiters[request] = .answered(answer)
      return nil
    }
    sleeper?.resume(returning: answer)
  }
}
