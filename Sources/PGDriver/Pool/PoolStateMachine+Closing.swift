import PGSystem

// The end of a pool.
extension PoolStateMachine {
  /// Closes the pool: those who wait are refused, what is idle is closed, what is out is waited for.
  ///
  /// Without effect if the pool is closing or closed.
  mutating func close(at now: Instant) -> Actions {
    Actions {
      guard phase == .open else { return }
      let deadline = configuration.closeTimeout.map { now.advanced(by: $0) }
      phase = .closing(deadline: deadline)
      refuseAll(.closed, into: &$0)
      for id in idle { retire(id, into: &$0) }
      idle = []
      finishIfDrained(into: &$0)
      wake(by: nextDeadline, into: &$0)
    }
  }

  /// Ends the closing once no connection is left.
  mutating func finishIfDrained(into actions: inout Actions) {
    guard census.occupied == 0, case .closing = phase else { return }
    finishClosing(into: &actions)
  }

  /// Ends the closing; connections still out are closed when they come back.
  mutating func finishClosing(into actions: inout Actions) {
    phase = .closed
    actions.append(.finishClosing)
  }
}
