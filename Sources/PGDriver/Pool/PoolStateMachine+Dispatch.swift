import PGSystem

// What follows from every event: which request gets a connection, and which connections are opened.
extension PoolStateMachine {
  /// Serves those who wait as far as possible, and opens connections for the rest and for the minimum.
  mutating func dispatch(at now: Instant, into actions: inout Actions) {
    guard phase == .open else { return finishIfDrained(into: &actions) }
    serve(at: now, into: &actions)
    connect(at: now, into: &actions)
  }

  /// Hands idle connections to the front of the queue; those that must first be checked, once they are.
  private mutating func serve(at now: Instant, into actions: inout Actions) {
    while !queue.isEmpty, let id = idle.last {
      if slots[id.slot].isExpired(at: now) {
        idle.removeLast()
        retire(id, into: &actions)
      } else if slots[id.slot].needsCheck(at: now, by: configuration.healthCheck) {
        guard queue.count > census.checking + census.resetting else { return }
        idle.removeLast()
        begin(.checking, of: id, at: now, into: &actions)
      } else if let (request, arrival) = queue.popFirst() {
        idle.removeLast()
        move(id, to: .leased)
        let wait = arrival.duration(to: now)
        totals.leases += 1
        totals.waitTime += wait
        totals.longestWait = max(totals.longestWait, wait)
        actions.append(.handOut(id, to: request))
      }
    }
  }

  /// Opens what is missing; while attempts fail, one at a time and after a pause.
  private mutating func connect(at now: Instant, into actions: inout Actions) {
    guard missing > 0 else { return }
    if let outage {
      guard census.connecting == 0 else { return }
      guard outage.retryAt <= now else { return wake(by: outage.retryAt, into: &actions) }
      actions.append(.connect(occupySlot(at: now)))
    } else {
      for _ in 0..<missing { actions.append(.connect(occupySlot(at: now))) }
    }
  }

  /// The connections wanted, for those who wait or for the minimum, for which there is room.
  var missing: Int {
    let wanted = max(queue.count - census.onTheirWay, configuration.minimumSize - census.lasting)
    return min(wanted, configuration.maximumSize - census.occupied)
  }

  /// Has a connection checked or reset, in limited time.
  mutating func begin(
    _ upkeep: Slot.State, of id: ConnectionID, at now: Instant, into actions: inout Actions
  ) {
    move(id, to: upkeep)
    slots[id.slot].startedAt = now
    actions.append(upkeep == .checking ? .check(id) : .reset(id))
    wake(by: now.advanced(by: configuration.upkeepTimeout), into: &actions)
  }

  mutating func refuseAll(_ refusal: Refusal, into actions: inout Actions) {
    while let (request, _) = queue.popFirst() {
      actions.append(.refuse(request, refusal))
    }
  }
}
