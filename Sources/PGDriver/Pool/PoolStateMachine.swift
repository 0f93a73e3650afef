import PGSystem

/// Every decision of a connection pool, and nothing else: events go in, actions come out.
///
/// The machine reads no clock, opens no connection and never waits; each event carries the instant at which
/// it happened, so that a test is free to choose it. The asynchronous and the blocking pool put it behind a
/// lock and carry out what it says.
///
/// First come, first served: every request joins one queue, and a connection that becomes free, in whatever
/// way, goes to its front. Idle connections are used last in, first out: the rest of them may age and leave.
struct PoolStateMachine: Sendable {
  typealias Instant = MonotonicInstant

  /// In what condition a connection comes back.
  enum Condition: Sendable {
    case clean, needsReset, broken
    /// It works, but is to be replaced.
    case worn
  }

  enum Phase: Sendable, Equatable {
    case open
    case closing(deadline: Instant?)
    case closed
  }

  let configuration: PoolConfiguration
  var slots: [Slot] = []
  private var vacantSlots: [Int] = []
  /// The idle connections, the one that replied last at the end.
  var idle: [ConnectionID] = []
  var queue = RequestQueue()
  private(set) var slotCounts = SlotCounts()
  var phase = Phase.open
  var outage: Outage?
  var wakeAt: Instant?
  private var random: SplitMix64
  var totals = PoolStatistics()

  /// - Parameter seed: where the random numbers (lifetimes, pauses between attempts) begin.
  init(_ configuration: PoolConfiguration, seed: UInt64) {
    self.configuration = configuration
    random = SplitMix64(state: seed)
  }

  var statistics: PoolStatistics {
    var statistics = totals
    statistics.size = slotCounts.open
    statistics.idle = slotCounts.idle
    statistics.leased = slotCounts.leased
    statistics.connecting = slotCounts.connecting
    statistics.waiting = queue.count
    return statistics
  }
}

// MARK: - Requests

extension PoolStateMachine {
  /// Opens what the minimum asks for; to be called once, first.
  mutating func start(at now: Instant) -> Actions {
    Actions { dispatch(at: now, into: &$0) }
  }

  /// A caller asks for a connection; the action that grants or refuses it has the number returned.
  mutating func lease(at now: Instant) -> (request: RequestID, actions: Actions) {
    let request = queue.append(at: now)
    let actions = Actions {
      guard phase == .open else {
        _ = queue.remove(request)
        return $0.append(.refuse(request, .closed))
      }
      dispatch(at: now, into: &$0)
      if !queue.isEmpty, let timeout = configuration.waitTimeout {
        wake(by: now.advanced(by: timeout), into: &$0)
      }
    }
    return (request, actions)
  }

  /// The caller that asked no longer waits; without effect once the request is granted or refused.
  mutating func cancel(_ request: RequestID) -> Actions {
    Actions {
      guard queue.remove(request) else { return }
      totals.cancellations += 1
      $0.append(.refuse(request, .cancelled))
    }
  }

  /// A connection comes back from the one it was handed to.
  mutating func release(_ id: ConnectionID, _ condition: Condition, at now: Instant) -> Actions {
    Actions {
      guard isCurrent(id, in: .leased) else { return }
      slots[id.slot].unusedSince = now
      switch condition {
      case .broken:
        lose(id, at: now, into: &$0)
      case .worn:
        retire(id, into: &$0)
        dispatch(at: now, into: &$0)
      case .needsReset where phase == .open && !slots[id.slot].isExpired(at: now):
        begin(.resetting, of: id, at: now, into: &$0)
      case .clean, .needsReset:
        settle(id, at: now, into: &$0)
      }
    }
  }
}

// MARK: - Connections

extension PoolStateMachine {
  /// A connection was opened.
  mutating func connected(_ id: ConnectionID, at now: Instant) -> Actions {
    Actions {
      guard isCurrent(id, in: .connecting) else { return }
      totals.opened += 1
      outage = nil
      slots[id.slot].unusedSince = now
      slots[id.slot].expiresAt = configuration.maximumLifetime.map {
        now.advanced(by: $0 * (1 - random.unitInterval() * configuration.lifetimeJitter))
      }
      settle(id, at: now, into: &$0)
      // One more than the minimum makes older idle ones dispensable.
      wake(by: nextDeadline, into: &$0)
    }
  }

  /// A connection could not be opened.
  ///
  /// - Parameter isTransient: whether another attempt may succeed by itself (the server is down, starting or
  ///   full), as opposed to a refusal for good (a wrong password).
  mutating func connectFailed(_ id: ConnectionID, isTransient: Bool, at now: Instant) -> Actions {
    Actions {
      guard isCurrent(id, in: .connecting) else { return }
      totals.connectFailures += 1
      let startedAt = slots[id.slot].startedAt
      var outage = Outage(since: now)
      // After a time in which no request needed a connection, an outage is another one.
      let patience = configuration.reconnectTimeout + configuration.reconnectDelay.upperBound
      if let last = self.outage, last.lasts(at: startedAt, patience: patience) {
        outage = last
      }
      outage.count(
        attemptBegunAt: startedAt, at: now, delay: configuration.reconnectDelay,
        using: &random)
      self.outage = outage
      vacate(id)
      // While connections are open or being opened, one of them may yet come to those who wait.
      let isHopeless = !isTransient || outage.since.duration(to: now) >= configuration.reconnectTimeout
      if isHopeless, slotCounts.lasting == 0 { refuseAll(.connectFailed, into: &$0) }
      dispatch(at: now, into: &$0)
    }
  }

  /// A health check ended.
  mutating func checked(_ id: ConnectionID, isHealthy: Bool, at now: Instant) -> Actions {
    Actions {
      guard isCurrent(id, in: .checking) else { return }
      isHealthy ? settle(id, at: now, into: &$0) : lose(id, at: now, into: &$0)
    }
  }

  /// A reset ended.
  mutating func reset(_ id: ConnectionID, isHealthy: Bool, at now: Instant) -> Actions {
    Actions {
      guard isCurrent(id, in: .resetting) else { return }
      isHealthy ? settle(id, at: now, into: &$0) : lose(id, at: now, into: &$0)
    }
  }

  /// A connection is closed.
  mutating func closed(_ id: ConnectionID, at now: Instant) -> Actions {
    Actions {
      guard isCurrent(id, in: .closing) else { return }
      totals.closed += 1
      vacate(id)
      dispatch(at: now, into: &$0)
    }
  }

  /// The server just replied on this connection: keep it, or let it go if its time is over.
  private mutating func settle(_ id: ConnectionID, at now: Instant, into actions: inout Actions) {
    slots[id.slot].provenAt = now
    slots[id.slot].isSuspect = false
    guard phase == .open, !slots[id.slot].isExpired(at: now) else {
      retire(id, into: &actions)
      return dispatch(at: now, into: &actions)
    }
    move(id, to: .idle)
    idle.append(id)
    dispatch(at: now, into: &actions)
    if let due = idleDeadline(of: slots[id.slot]), slots[id.slot].state == .idle {
      wake(by: due, into: &actions)
    }
  }

  /// A connection broke; whatever broke it may have broken the idle ones, too.
  mutating func lose(_ id: ConnectionID, at now: Instant, into actions: inout Actions) {
    totals.broken += 1
    retire(id, into: &actions)
    if configuration.healthCheck.idleTime != nil {
      for other in idle {
        slots[other.slot].isSuspect = true
        guard let due = idleDeadline(of: slots[other.slot]) else { continue }
        wake(by: due, into: &actions)
      }
    }
    dispatch(at: now, into: &actions)
  }
}

// MARK: - Slots

extension PoolStateMachine {
  func isCurrent(_ id: ConnectionID, in state: Slot.State) -> Bool {
    slots.indices.contains(id.slot) && slots[id.slot].generation == id.generation
      && slots[id.slot].state == state
  }

  mutating func move(_ id: ConnectionID, to state: Slot.State) {
    slotCounts.move(from: slots[id.slot].state, to: state)
    slots[id.slot].state = state
  }

  mutating func occupySlot(at now: Instant) -> ConnectionID {
    let slot = vacantSlots.popLast() ?? slots.endIndex
    if slot == slots.endIndex { slots.append(Slot(at: now)) }
    slots[slot].startedAt = now
    let id = ConnectionID(slot: slot, generation: slots[slot].generation)
    move(id, to: .connecting)
    return id
  }

  /// Has a connection closed; the caller takes it out of `idle` if it is there.
  mutating func retire(_ id: ConnectionID, into actions: inout Actions) {
    move(id, to: .closing)
    actions.append(.close(id))
  }

  private mutating func vacate(_ id: ConnectionID) {
    move(id, to: .vacant)
    slots[id.slot].generation += 1
    vacantSlots.append(id.slot)
  }
}
