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
        guard queue.count > slotCounts.checking + slotCounts.resetting else { return }
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
      guard slotCounts.connecting == 0 else { return }
      guard outage.retryAt <= now else { return wake(by: outage.retryAt, into: &actions) }
      actions.append(.connect(occupySlot(at: now)))
    } else {
      for _ in 0..<missing { actions.append(.connect(occupySlot(at: now))) }
    }
  }

  /// The connections wanted, for those who wait or for the minimum, for which there is room.
  var missing: Int {
    let wanted = max(queue.count - slotCounts.onTheirWay, configuration.minimumSize - slotCounts.lasting)
    return min(wanted, configuration.maximumSize - slotCounts.occupied)
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
    guard slotCounts.checking + slotCounts.resetting > 0 else { return }
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
    return slotCounts.lasting > configuration.minimumSize && slot.unusedSince.advanced(by: timeout) <= now
  }

  /// When something is next to be done about an idle connection.
  func idleDeadline(of slot: Slot) -> Instant? {
    let isDispensable = slotCounts.lasting > configuration.minimumSize
    let dispensableAt =
      isDispensable ? configuration.idleTimeout.map { slot.unusedSince.advanced(by: $0) } : nil
    return earliest(earliest(slot.expiresAt, dispensableAt), slot.checkDue(by: configuration.healthCheck))
  }

  /// When something is next to be done at all, if nothing happens until then.
  var nextDeadline: Instant? {
    var deadline: Instant?
    if slotCounts.checking + slotCounts.resetting > 0 {
      deadline = slots.reduce(nil) { earliest($0, upkeepDeadline(of: $1)) }
    }
    switch phase {
    case .open:
      let timeout = configuration.waitTimeout
      let overdueAt = queue.earliestArrival.flatMap { arrival in timeout.map { arrival.advanced(by: $0) } }
      let retryAt = missing > 0 && slotCounts.connecting == 0 ? outage?.retryAt : nil
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
    guard slotCounts.occupied == 0, case .closing = phase else { return }
    finishClosing(into: &actions)
  }

  /// Ends the closing; connections still out are closed when they come back.
  mutating func finishClosing(into actions: inout Actions) {
    phase = .closed
    actions.append(.finishClosing)
  }
}
