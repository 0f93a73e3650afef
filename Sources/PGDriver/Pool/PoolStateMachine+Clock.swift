import PGSystem

// What follows from the passing of time alone.
extension PoolStateMachine {
  /// An instant asked for by `wake` has come; another moment does no harm.
  mutating func tick(at now: Instant) -> Actions {
    Actions {
      wakeAt = nil
      giveUpUpkeep(at: now, into: &$0)
      switch phase {
      case .open:
        refuseOverdue(at: now, into: &$0)
        tendIdle(at: now, into: &$0)
        dispatch(at: now, into: &$0)
      case .closing(let deadline?) where deadline <= now:
        finishClosing(into: &$0)
      case .closing, .closed:
        break
      }
      wake(by: nextDeadline, into: &$0)
    }
  }

  /// Asks to be woken, unless the pool will be woken before.
  mutating func wake(by deadline: Instant?, into actions: inout Actions) {
    guard let deadline, wakeAt.map({ deadline < $0 }) ?? true else { return }
    wakeAt = deadline
    actions.append(.wake(at: deadline))
  }

  private mutating func refuseOverdue(at now: Instant, into actions: inout Actions) {
    guard let timeout = configuration.waitTimeout else { return }
    while let arrival = queue.earliestArrival, arrival.advanced(by: timeout) <= now,
      let (request, _) = queue.popFirst()
    {
      totals.timeouts += 1
      actions.append(.refuse(request, .timedOut))
    }
  }

  /// Closes idle connections whose time is over, and checks those due.
  private mutating func tendIdle(at now: Instant, into actions: inout Actions) {
    var kept: [ConnectionID] = []
    for id in idle {
      let slot = slots[id.slot]
      if slot.isExpired(at: now) || isDispensable(slot, at: now) {
        retire(id, into: &actions)
      } else if let due = slot.checkDue(by: configuration.healthCheck), due <= now {
        begin(.checking, of: id, at: now, into: &actions)
      } else {
        kept.append(id)
      }
    }
    idle = kept
  }

  /// Gives up connections whose check or reset has been under way for too long.
  private mutating func giveUpUpkeep(at now: Instant, into actions: inout Actions) {
    guard census.checking + census.resetting > 0 else { return }
    for (slot, generation) in zip(slots.indices, slots.map(\.generation)) {
      guard let due = upkeepDeadline(of: slots[slot]), due <= now else { continue }
      lose(ConnectionID(slot: slot, generation: generation), at: now, into: &actions)
    }
  }

  private func upkeepDeadline(of slot: Slot) -> Instant? {
    guard slot.state == .checking || slot.state == .resetting else { return nil }
    return slot.startedAt.advanced(by: configuration.upkeepTimeout)
  }

  private func isDispensable(_ slot: Slot, at now: Instant) -> Bool {
    guard let timeout = configuration.idleTimeout else { return false }
    return census.lasting > configuration.minimumSize && slot.unusedSince.advanced(by: timeout) <= now
  }

  /// When something is next to be done about an idle connection.
  func idleDeadline(of slot: Slot) -> Instant? {
    let isDispensable = census.lasting > configuration.minimumSize
    let dispensableAt =
      isDispensable ? configuration.idleTimeout.map { slot.unusedSince.advanced(by: $0) } : nil
    return earliest(earliest(slot.expiresAt, dispensableAt), slot.checkDue(by: configuration.healthCheck))
  }

  /// When something is next to be done at all, if nothing happens until then.
  var nextDeadline: Instant? {
    var deadline: Instant?
    if census.checking + census.resetting > 0 {
      deadline = slots.reduce(nil) { earliest($0, upkeepDeadline(of: $1)) }
    }
    switch phase {
    case .open:
      let timeout = configuration.waitTimeout
      let overdueAt = queue.earliestArrival.flatMap { arrival in timeout.map { arrival.advanced(by: $0) } }
      let retryAt = missing > 0 && census.connecting == 0 ? outage?.retryAt : nil
      deadline = earliest(deadline, earliest(overdueAt, retryAt))
      return idle.reduce(deadline) { earliest($0, idleDeadline(of: slots[$1.slot])) }
    case .closing(let end):
      return earliest(deadline, end)
    case .closed:
      return deadline
    }
  }

  private func earliest(_ one: Instant?, _ other: Instant?) -> Instant? {
    guard let one, let other else { return one ?? other }
    return min(one, other)
  }
}
