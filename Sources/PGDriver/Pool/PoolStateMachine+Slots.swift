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
    /// When the server last replied, as far as the pool knows.
    var provenAt: Instant
    /// When its last user gave it back.
    var unusedSince: Instant
    /// The end of its life, drawn when it was opened.
    var expiresAt: Instant?
    /// Whether another connection broke since the server last replied on this one.
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
  struct SlotCounts: Sendable {
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

extension PoolStateMachine {
  /// A time in which attempts to connect fail: one probe after the other, with growing pauses.
  struct Outage: Sendable {
    let since: Instant
    private(set) var failures = 0
    private(set) var lastFailure: Instant
    private(set) var retryAt: Instant

    init(since now: Instant) {
      since = now
      lastFailure = now
      retryAt = now
    }

    /// Whether an attempt belongs to it: attempts were made until now, one after the other.
    ///
    /// - Parameter patience: How long after its time an attempt may begin.
    func lasts(at start: Instant, patience: Duration) -> Bool { start < retryAt.advanced(by: patience) }

    /// Counts a failed attempt; attempts that were under way together count as one.
    ///
    /// The pause doubles from attempt to attempt, and is shortened by up to a fifth at random so that many
    /// pools do not come back to a restarted server in step.
    mutating func count(
      attemptBegunAt start: Instant, at now: Instant, delay: ClosedRange<Duration>,
      using random: inout SplitMix64
    ) {
      guard failures == 0 || start > lastFailure else { return }
      let doublings = min(failures, 30)
      failures += 1
      lastFailure = now
      let pause = min(delay.lowerBound * (1 << doublings), delay.upperBound)
      retryAt = now.advanced(by: pause * (1 - random.unitInterval() / 5))
    }
  }

  /// Steele, Lea and Flood's generator ("Fast splittable pseudorandom number generators", OOPSLA 2014).
  ///
  /// Carried in the state, so that the machine's decisions follow from its seed.
  struct SplitMix64: RandomNumberGenerator, Sendable {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, 1.
    mutating func unitInterval() -> Double {
      Double(next() >> 11) * 0x1p-53
    }
  }
}
