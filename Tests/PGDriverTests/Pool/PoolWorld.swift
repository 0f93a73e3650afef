import PGSystem
import Testing

@testable import PGDriver

/// A world around the pool's state machine: callers, a server and a clock, all at random, and a second
/// book-keeping of what must be true, kept without a look into the machine.
struct PoolWorld {
  typealias Machine = PoolStateMachine

  enum Holding { case connecting, idle, leased, checking, resetting, closing }

  let configuration: PoolConfiguration
  var machine: Machine
  var random: Machine.SplitMix64
  var now = MonotonicInstant.now
  var wakeAt: MonotonicInstant?
  var connections: [Machine.ConnectionID: Holding] = [:]
  var waiting: [(request: Machine.RequestID, since: MonotonicInstant)] = []
  /// Since when checks and resets are under way, and those that the pool gave up on.
  var upkeepSince: [Machine.ConnectionID: MonotonicInstant] = [:]
  var givenUp: [Machine.ConnectionID] = []
  var answered: Set<Machine.RequestID> = []
  var expected = PoolStatistics()
  var isServerUp = true
  var hasClosed = false
  var hasFinished = false

  init(seed: UInt64) {
    random = Machine.SplitMix64(state: seed)
    let maximum = Int.random(in: 1...6, using: &random)
    configuration = PoolConfiguration(
      minimumSize: Int.random(in: 0...maximum, using: &random),
      maximumSize: maximum,
      waitTimeout: Bool.random(using: &random) ? .seconds(5) : nil,
      idleTimeout: Bool.random(using: &random) ? .seconds(8) : nil,
      maximumLifetime: Bool.random(using: &random) ? .seconds(20) : nil,
      lifetimeJitter: 0.3,
      healthCheck: Bool.random(using: &random)
        ? .never : .afterIdle(.seconds(Int.random(in: 0...1, using: &random)), keepAlive: .seconds(3)),
      upkeepTimeout: .seconds(4),
      reconnectTimeout: .seconds(3),
      reconnectDelay: .milliseconds(50)...(.seconds(1)),
      closeTimeout: Bool.random(using: &random) ? .seconds(4) : nil)
    machine = Machine(configuration, seed: seed)
  }

  // MARK: Events

  mutating func run(steps: Int) throws {
    try obey(machine.start(at: now))
    for _ in 0..<steps {
      try step()
      try compare()
    }
    try settle()
    try end()
  }

  mutating func step() throws {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<30: try lease()
    case 30..<36:
      guard let place = waiting.indices.randomElement(using: &random) else { return }
      try obey(machine.cancel(waiting[place].request))
    case 36..<60: try release(brokenOneIn: 10)
    case 60..<85: try answer()
    case 85: isServerUp.toggle()
    case 86:
      guard let late = givenUp.popLast() else { return }
      #expect(Array(machine.checked(late, isHealthy: true, at: now)) == [], "a late answer counted")
      #expect(Array(machine.reset(late, isHealthy: true, at: now)) == [], "a late answer counted")
    default: try pass(.milliseconds(Int.random(in: 1...1500, using: &random)))
    }
  }

  mutating func lease() throws {
    let (request, actions) = machine.lease(at: now)
    #expect(!answered.contains(request) && !waiting.contains { $0.request == request })
    waiting.append((request, now))
    try obey(actions)
  }

  mutating func release(brokenOneIn odds: Int) throws {
    guard let id = any(.leased) else { return }
    switch Int.random(in: 0..<odds, using: &random) {
    case 0:
      expected.broken += 1
      try obey(machine.release(id, .broken, at: now), freeing: id)
    case 1, 2: try obey(machine.release(id, .needsReset, at: now), freeing: id)
    default: try obey(machine.release(id, .clean, at: now), freeing: id)
    }
  }

  /// Completes one thing that the pool has under way.
  mutating func answer() throws {
    let underWay = connections.filter { ![.idle, .leased].contains($0.value) }.map(\.key)
    guard let id = underWay.sorted(by: { $0.slot < $1.slot }).randomElement(using: &random) else { return }
    switch connections[id] {
    case .connecting where isServerUp:
      expected.opened += 1
      try obey(machine.connected(id, at: now), freeing: id)
    case .connecting:
      expected.connectFailures += 1
      connections[id] = nil
      let isTransient = Int.random(in: 0..<8, using: &random) > 0
      try obey(machine.connectFailed(id, isTransient: isTransient, at: now))
    case .checking:
      if !isServerUp { expected.broken += 1 }
      try obey(machine.checked(id, isHealthy: isServerUp, at: now), freeing: id)
    case .resetting:
      if !isServerUp { expected.broken += 1 }
      try obey(machine.reset(id, isHealthy: isServerUp, at: now), freeing: id)
    case .closing:
      expected.closed += 1
      connections[id] = nil
      try obey(machine.closed(id, at: now))
    case .idle, .leased, nil: break
    }
  }

  /// Lets time pass, ringing only when the machine asked for it.
  mutating func pass(_ duration: Duration) throws {
    let end = now.advanced(by: duration)
    var rings = 0
    while let ring = wakeAt, ring <= end {
      rings += 1
      try #require(rings < 1000, "the machine asks to be woken without an end")
      now = max(now, ring)
      wakeAt = nil
      try obey(machine.tick(at: now))
    }
    now = end
    if let timeout = configuration.waitTimeout {
      #expect(waiting.allSatisfy { $0.since.advanced(by: timeout) > now }, "a request waits for too long")
    }
    for (id, since) in upkeepSince where connections[id] == .checking || connections[id] == .resetting {
      #expect(since.advanced(by: configuration.upkeepTimeout) > now, "a check goes on for too long")
    }
  }

  // MARK: Actions

  mutating func obey(_ actions: Machine.Actions, freeing id: Machine.ConnectionID? = nil) throws {
    if let id { connections[id] = .idle }
    for action in actions {
      switch action {
      case .connect(let id):
        #expect(!hasClosed)
        #expect(connections.updateValue(.connecting, forKey: id) == nil, "a name used twice")
      case .handOut(let id, let request):
        try #require(waiting.first?.request == request, "somebody was overtaken, or served unasked")
        let wait = waiting.removeFirst().since.duration(to: now)
        answered.insert(request)
        expected.leases += 1
        expected.waitTime += wait
        expected.longestWait = max(expected.longestWait, wait)
        take(id, as: .leased)
      case .check(let id): take(id, as: .checking)
      case .reset(let id): take(id, as: .resetting)
      case .close(let id): take(id, as: .closing)
      case .refuse(let request, let refusal): try refuse(request, refusal)
      case .wake(let instant): wakeAt = instant
      case .finishClosing:
        #expect(hasClosed && !hasFinished)
        hasFinished = true
      }
    }
  }

  mutating func take(_ id: Machine.ConnectionID, as holding: Holding) {
    let before = connections.updateValue(holding, forKey: id)
    let since = upkeepSince.removeValue(forKey: id)
    if holding == .checking || holding == .resetting { upkeepSince[id] = now }
    if holding == .closing, before == .checking || before == .resetting, let since {
      #expect(since.advanced(by: configuration.upkeepTimeout) <= now, "a check was given up too early")
      expected.broken += 1
      givenUp.append(id)
    } else {
      #expect(before == .idle, "a connection was used while it was not free")
    }
  }

  mutating func refuse(_ request: Machine.RequestID, _ refusal: Machine.Refusal) throws {
    let place = try #require(waiting.firstIndex { $0.request == request }, "refused one who does not wait")
    let since = waiting.remove(at: place).since
    answered.insert(request)
    switch refusal {
    case .timedOut:
      expected.timeouts += 1
      let timeout = try #require(configuration.waitTimeout)
      #expect(since.advanced(by: timeout) <= now)
    case .connectFailed:
      #expect(!connections.values.contains { ![.closing].contains($0) }, "refused in spite of hope")
    case .cancelled: expected.cancellations += 1
    case .closed: #expect(hasClosed)
    }
  }

  // MARK: What must hold

  func any(_ holding: Holding) -> Machine.ConnectionID? {
    connections.filter { $0.value == holding }.map(\.key).min { $0.slot < $1.slot }
  }

  func count(_ holdings: Holding...) -> Int {
    connections.values.filter { holdings.contains($0) }.count
  }

  func compare() throws {
    #expect(connections.count <= configuration.maximumSize, "more than the maximum")
    if !waiting.isEmpty {
      #expect(
        count(.idle) == 0 || count(.checking, .resetting) > 0, "somebody waits beside a free connection")
    }
    var expected = expected
    expected.size = count(.idle, .leased, .checking, .resetting)
    expected.idle = count(.idle)
    expected.leased = count(.leased)
    expected.connecting = count(.connecting)
    expected.waiting = waiting.count
    try #require(machine.statistics == expected)
  }

  /// With the server up and everybody giving back what he has, all are served and the minimum stands.
  mutating func settle() throws {
    isServerUp = true
    for _ in 0..<2000 where !isSettled {
      try release(brokenOneIn: 1000)
      try answer()
      try pass(.milliseconds(20))
    }
    #expect(isSettled, "the pool does not come to rest: \(machine.statistics), waiting \(waiting.count)")
    #expect(expected.leases > 0)
  }

  var isSettled: Bool {
    waiting.isEmpty && count(.connecting, .leased, .checking, .resetting, .closing) == 0
      && count(.idle) >= configuration.minimumSize
  }

  /// Closes the pool in the middle of work and expects an answer for each request, and no connection left.
  mutating func end() throws {
    for _ in 0..<Int.random(in: 0...8, using: &random) { try lease() }
    hasClosed = true
    try obey(machine.close(at: now))
    try lease()
    #expect(waiting.isEmpty)
    for _ in 0..<200 where !connections.isEmpty {
      try answer()
      if Int.random(in: 0..<4, using: &random) == 0 { try release(brokenOneIn: 10) }
      try pass(.milliseconds(50))
    }
    #expect(connections.isEmpty && hasFinished)
    try compare()
  }
}

@Suite("Pool state machine against a random world")
struct PoolWorldTests {
  @Test("No sequence of events breaks a promise of the pool", arguments: 0..<16)
  func randomWorlds(batch: UInt64) throws {
    for seed in (batch * 50)..<(batch * 50 + 50) {
      var world = PoolWorld(seed: seed)
      do {
        try world.run(steps: 600)
      } catch {
        Issue.record("seed \(seed): \(error)")
        throw error
      }
    }
  }
}
