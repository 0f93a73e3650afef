import PGSystem

extension PoolStateMachine {
  /// A place for one connection, and what is known of the connection in it.
  struct Slot: Sendable {
    enum State: Sendable {
      case vacant, connecting, idle, leased, checking, resetting, closing
    }

    var state = State.vacant
    var generation: UInt64 = 0
    /// When what is under way with it (connecting, a check, a reset) began.
    var startedAt: Instant
    /// When the server last answered, as far as the pool knows.
    var provenAt: Instant
    /// When its last user gave it back.
    var unusedSince: Instant
    /// The end of its life, drawn when it was opened.
    var expiresAt: Instant?
    /// Whether another connection broke since the server last answered on this one.
    var isSuspect = false

    init(at now: Instant) {
      startedAt = now
      provenAt = now
      unusedSince = now
    }

    func isExpired(at now: Instant) -> Bool {
      guard let expiresAt else { return false }
      return expiresAt <= now
    }

    /// Whether the connection must be checked before it is handed out.
    func needsCheck(at now: Instant, by policy: PoolConfiguration.HealthCheck) -> Bool {
      guard let trusted = policy.idleTime else { return false }
      return isSuspect || provenAt.duration(to: now) > trusted
    }

    /// When the connection is to be checked in the background; a suspect one as soon as it lost its trust.
    func checkDue(by policy: PoolConfiguration.HealthCheck) -> Instant? {
      let pause = isSuspect ? policy.idleTime : policy.keepAlive
      return pause.map { provenAt.advanced(by: $0) }
    }
  }

  /// How many slots are in each state.
  struct Census: Sendable {
    private(set) var connecting = 0
    private(set) var idle = 0
    private(set) var leased = 0
    private(set) var checking = 0
    private(set) var resetting = 0
    private(set) var closing = 0

    /// The connections that are open and of use.
    var open: Int { idle + leased + checking + resetting }
    /// The connections that will be free soon by themselves.
    var onTheirWay: Int { connecting + checking + resetting }
    /// The connections that are there or will be.
    var lasting: Int { open + connecting }
    /// Everything that counts against the maximum.
    var occupied: Int { lasting + closing }

    mutating func move(from old: Slot.State, to new: Slot.State) {
      add(-1, to: old)
      add(1, to: new)
    }

    private mutating func add(_ change: Int, to state: Slot.State) {
      switch state {
      case .vacant: break
      case .connecting: connecting += change
      case .idle: idle += change
      case .leased: leased += change
      case .checking: checking += change
      case .resetting: resetting += change
      case .closing: closing += change
      }
    }
  }
}
