import PGSystem
import Testing

@testable import PGDriver

@Suite("Pool state machine")
struct PoolStateMachineTests {
  typealias Machine = PoolStateMachine
  let start = MonotonicInstant.now

  func at(_ seconds: Double) -> MonotonicInstant { start.advanced(by: .seconds(seconds)) }

  func machine(_ change: (inout PoolConfiguration) -> Void = { _ in }) -> Machine {
    var configuration = PoolConfiguration(maximumSize: 2, lifetimeJitter: 0)
    change(&configuration)
    return Machine(configuration, seed: 1)
  }

  /// A pool with `count` idle connections, opened and returned at second 0.
  func filled(_ count: Int, _ change: (inout PoolConfiguration) -> Void = { _ in }) -> Machine {
    var machine = machine(change)
    let ids = (0..<count).flatMap { _ in machine.lease(at: at(0)).actions.compactMap(\.connect) }
    for id in ids { _ = machine.connected(id, at: at(0)) }
    for id in ids { _ = machine.release(id, .clean, at: at(0)) }
    return machine
  }

  @Suite("Leasing") struct Leasing {
    let base = PoolStateMachineTests()

    @Test("The first request opens a connection and gets it")
    func firstRequest() throws {
      var machine = base.machine()
      let (request, actions) = machine.lease(at: base.at(0))
      let id = try #require(actions.connect)
      #expect(Array(actions) == [.connect(id), .wake(at: base.at(30))])
      #expect(machine.connected(id, at: base.at(0.5)).contains(.handOut(id, to: request)))
      #expect(machine.statistics.leased == 1)
      #expect(machine.statistics.opened == 1)
      #expect(machine.statistics.waitTime == .milliseconds(500))
    }

    @Test("A fresh idle connection is handed out at once, the last returned first")
    func lastInFirstOut() throws {
      var machine = base.filled(2)
      let (first, one) = machine.lease(at: base.at(0.1))
      let (_, two) = machine.lease(at: base.at(0.1))
      let last = try #require(one.handOut)
      #expect(Array(one) == [.handOut(last.id, to: first)])
      #expect(last.id.slot == 1)
      #expect(two.handOut?.id.slot == 0)
      #expect(machine.statistics.longestWait == .milliseconds(0))
    }

    @Test("No more than the maximum is opened, and a returned connection goes to the first who waits")
    func firstComeFirstServed() throws {
      var machine = base.filled(2)
      let held = [machine.lease(at: base.at(0)), machine.lease(at: base.at(0))]
      let third = machine.lease(at: base.at(1))
      let fourth = machine.lease(at: base.at(2))
      #expect(third.actions.connect == nil && fourth.actions.connect == nil)
      let returned = try #require(held[1].actions.handOut?.id)
      let actions = machine.release(returned, .clean, at: base.at(3))
      #expect(Array(actions) == [.handOut(returned, to: third.request)])
      #expect(machine.statistics.waitTime == .seconds(2))
      #expect(machine.statistics.waiting == 1)
    }

    @Test("A cancelled request gives its place up, and the next one moves ahead")
    func cancellation() throws {
      var machine = base.filled(1) { $0.maximumSize = 1 }
      let id = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
      let second = machine.lease(at: base.at(0)).request
      let third = machine.lease(at: base.at(0)).request
      #expect(Array(machine.cancel(second)) == [.refuse(second, .cancelled)])
      #expect(Array(machine.cancel(second)) == [])
      #expect(Array(machine.release(id, .clean, at: base.at(1))) == [.handOut(id, to: third)])
      #expect(Array(machine.cancel(third)) == [], "a request already served cannot be cancelled")
      #expect(machine.statistics.cancellations == 1)
    }

    @Test("A request that waits too long fails, and only that one")
    func waitTimeout() throws {
      var machine = base.filled(1) { $0.maximumSize = 1 }
      _ = machine.lease(at: base.at(0))
      let early = machine.lease(at: base.at(1))
      let late = machine.lease(at: base.at(2))
      #expect(machine.tick(at: base.at(30.9)).refusals.isEmpty)
      let actions = machine.tick(at: base.at(31))
      #expect(actions.refusals == [early.request: .timedOut])
      #expect(actions.contains(.wake(at: base.at(32))))
      #expect(machine.tick(at: base.at(32)).refusals == [late.request: .timedOut])
      #expect(machine.statistics.timeouts == 2)
    }

    @Test("A connection given back twice, or by a stale name, changes nothing")
    func doubleRelease() throws {
      var machine = base.filled(1)
      let id = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
      _ = machine.release(id, .broken, at: base.at(0))
      let before = machine.statistics
      #expect(Array(machine.release(id, .clean, at: base.at(0))) == [])
      _ = machine.closed(id, at: base.at(0))
      #expect(Array(machine.closed(id, at: base.at(0))) == [])
      #expect(machine.statistics.idle == 0 && before.idle == 0)
    }
  }

  @Suite("Upkeep") struct Upkeep {
    let base = PoolStateMachineTests()

    @Test("The minimum is opened at the start, and again whenever it is lost")
    func minimum() throws {
      var machine = base.machine { $0.minimumSize = 2 }
      let ids = machine.start(at: base.at(0)).compactMap(\.connect)
      #expect(ids.count == 2)
      for id in ids { _ = machine.connected(id, at: base.at(0)) }
      let leased = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
      #expect(machine.release(leased, .broken, at: base.at(0)).contains(.close(leased)))
      #expect(machine.closed(leased, at: base.at(0)).connect != nil)
    }

    @Test("An idle connection beyond the minimum is closed after the idle time, the minimum is kept")
    func idleTimeout() {
      var machine = base.filled(2) {
        $0.minimumSize = 1
        $0.healthCheck = .never
      }
      #expect(machine.tick(at: base.at(599)).contains(.wake(at: base.at(600))))
      #expect(machine.tick(at: base.at(600)).compactMap(\.closed).count == 1)
      #expect(machine.tick(at: base.at(2000)).compactMap(\.closed).isEmpty)
      #expect(machine.statistics.size == 1)
    }

    @Test("A connection past its lifetime is replaced on return, never while in use")
    func maximumLifetime() throws {
      var machine = base.filled(1) { $0.maximumSize = 1 }
      let id = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
      #expect(machine.tick(at: base.at(4000)).compactMap(\.closed).isEmpty)
      let waiting = machine.lease(at: base.at(4001)).request
      #expect(machine.release(id, .clean, at: base.at(4002)).contains(.close(id)))
      let successor = try #require(machine.closed(id, at: base.at(4002)).connect)
      #expect(machine.connected(successor, at: base.at(4003)).contains(.handOut(successor, to: waiting)))
    }

    @Test("An expired idle connection is not handed out, even if the timer is late")
    func expiredIdle() {
      var machine = base.filled(1)
      let actions = machine.lease(at: base.at(3600)).actions
      #expect(actions.handOut == nil)
      #expect(actions.compactMap(\.closed).count == 1 && actions.connect != nil)
    }

    @Test("Lifetimes are drawn between the jitter's bounds, and differ")
    func jitter() {
      var machine = base.machine {
        $0.minimumSize = 50
        $0.maximumSize = 50
        $0.lifetimeJitter = 0.2
      }
      for id in machine.start(at: base.at(0)).compactMap(\.connect) {
        _ = machine.connected(id, at: base.at(0))
      }
      let expiries = machine.slots.compactMap(\.expiresAt)
      #expect(expiries.allSatisfy { base.at(2880) <= $0 && $0 <= base.at(3600) })
      #expect(Set(expiries).count == 50)
    }

    @Test("Only a connection that needs it is reset, and it then goes to the first who waits")
    func reset() throws {
      var machine = base.filled(1) { $0.maximumSize = 1 }
      let id = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
      let waiting = machine.lease(at: base.at(0)).request
      #expect(machine.release(id, .needsReset, at: base.at(1)).contains(.reset(id)))
      #expect(Array(machine.reset(id, isHealthy: true, at: base.at(1))) == [.handOut(id, to: waiting)])
      _ = machine.release(id, .needsReset, at: base.at(2))
      #expect(machine.reset(id, isHealthy: false, at: base.at(2)).contains(.close(id)))
      #expect(machine.statistics.broken == 1)
    }
  }
}

extension PoolStateMachine.Actions {
  var connect: PoolStateMachine.ConnectionID? { lazy.compactMap(\.connect).first }
  var handOut: (id: PoolStateMachine.ConnectionID, request: PoolStateMachine.RequestID)? {
    lazy.compactMap(\.handOut).first
  }
  var refusals: [PoolStateMachine.RequestID: PoolStateMachine.Refusal] {
    Dictionary(uniqueKeysWithValues: compactMap(\.refused))
  }
}

extension PoolStateMachine.Action {
  var connect: PoolStateMachine.ConnectionID? {
    if case .connect(let id) = self { id } else { nil }
  }
  var handOut: (id: PoolStateMachine.ConnectionID, request: PoolStateMachine.RequestID)? {
    if case .handOut(let id, let request) = self { (id, request) } else { nil }
  }
  var refused: (PoolStateMachine.RequestID, PoolStateMachine.Refusal)? {
    if case .refuse(let request, let refusal) = self { (request, refusal) } else { nil }
  }
  var closed: PoolStateMachine.ConnectionID? {
    if case .close(let id) = self { id } else { nil }
  }
  var checked: PoolStateMachine.ConnectionID? {
    if case .check(let id) = self { id } else { nil }
  }
}
