import PGSystem
import Testing

@testable import PGDriver

@Suite("Pool state machine under faults")
struct PoolStateMachineFaultTests {
  let base = PoolStateMachineTests()

  @Test("A connection long idle is checked before it is handed out, a fresh one is not")
  func checkBeforeHandOut() throws {
    var machine = base.filled(1)
    let fresh = try #require(machine.lease(at: base.at(1)).actions.handOut?.id)
    _ = machine.release(fresh, .clean, at: base.at(1))
    let (request, actions) = machine.lease(at: base.at(2.1))
    #expect(actions.contains(.check(fresh)) && actions.handOut == nil)
    #expect(
      Array(machine.checked(fresh, isHealthy: true, at: base.at(2.2))) == [.handOut(fresh, to: request)])
  }

  @Test("A connection that fails its check is replaced, and the request still served")
  func failedCheck() throws {
    var machine = base.filled(1) { $0.maximumSize = 1 }
    let (request, actions) = machine.lease(at: base.at(10))
    let id = try #require(actions.lazy.compactMap(\.checked).first)
    #expect(Array(machine.checked(id, isHealthy: false, at: base.at(10))) == [.close(id)])
    let successor = try #require(machine.closed(id, at: base.at(10)).connect)
    #expect(machine.connected(successor, at: base.at(11)).contains(.handOut(successor, to: request)))
  }

  @Test("A request overtaken by nobody: a fresh connection goes to the one waiting for a check")
  func checkKeepsOrder() throws {
    var machine = base.filled(2)
    let held = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
    let first = machine.lease(at: base.at(5)).request
    let actions = machine.release(held, .clean, at: base.at(5))
    #expect(Array(actions) == [.handOut(held, to: first)])
  }

  @Test("One broken connection makes all idle ones suspect, however fresh they are")
  func suspicion() throws {
    var machine = base.filled(2)
    let broken = try #require(machine.lease(at: base.at(0.1)).actions.handOut?.id)
    _ = machine.release(broken, .broken, at: base.at(0.2))
    let actions = machine.lease(at: base.at(0.3)).actions
    #expect(actions.handOut == nil && actions.lazy.compactMap(\.checked).first?.slot == 0)
  }

  @Test("Suspect idle connections are checked in the background, and replaced up to the minimum")
  func suspicionInTheBackground() throws {
    var machine = base.filled(2) { $0.minimumSize = 2 }
    let broken = try #require(machine.lease(at: base.at(0.1)).actions.handOut?.id)
    #expect(machine.release(broken, .broken, at: base.at(0.2)).contains(.wake(at: base.at(1))))
    let suspect = try #require(machine.tick(at: base.at(1)).lazy.compactMap(\.checked).first)
    #expect(machine.checked(suspect, isHealthy: false, at: base.at(1)).contains(.close(suspect)))
    #expect(machine.closed(suspect, at: base.at(1)).connect != nil)
  }

  @Test("A check without an answer is given up in time, and a late answer does not count")
  func hangingCheck() throws {
    var machine = base.filled(1) { $0.maximumSize = 1 }
    let (request, actions) = machine.lease(at: base.at(10))
    let id = try #require(actions.lazy.compactMap(\.checked).first)
    #expect(actions.contains(.wake(at: base.at(15))))
    #expect(machine.tick(at: base.at(15)).contains(.close(id)))
    #expect(Array(machine.checked(id, isHealthy: true, at: base.at(16))) == [])
    let successor = try #require(machine.closed(id, at: base.at(16)).connect)
    #expect(machine.connected(successor, at: base.at(16)).contains(.handOut(successor, to: request)))
  }

  @Test("Without health checks nothing is ever checked")
  func neverChecked() throws {
    var machine = base.filled(2) { $0.healthCheck = .never }
    let broken = try #require(machine.lease(at: base.at(0.1)).actions.handOut?.id)
    _ = machine.release(broken, .broken, at: base.at(0.2))
    #expect(machine.lease(at: base.at(500)).actions.handOut != nil)
  }

  @Test("A refusal for good fails those who wait at once")
  func permanentFailure() throws {
    var machine = base.machine()
    let (request, actions) = machine.lease(at: base.at(0))
    let id = try #require(actions.connect)
    #expect(
      machine.connectFailed(id, isTransient: false, at: base.at(0)).refusals == [request: .connectFailed])
  }

  @Test("During a short outage those who wait are kept, and all served when the server is back")
  func shortOutage() throws {
    var machine = base.machine { $0.maximumSize = 3 }
    let leases = (0..<3).map { _ in machine.lease(at: base.at(0)) }
    for lease in leases {
      #expect(
        machine.connectFailed(lease.actions.connect!, isTransient: true, at: base.at(0)).refusals.isEmpty)
    }
    #expect(machine.outage?.failures == 1, "attempts under way together count as one")
    let probes = machine.tick(at: base.at(0.06)).compactMap(\.connect)
    try #require(probes.count == 1, "one probe at a time")
    let actions = machine.connected(probes[0], at: base.at(0.1))
    #expect(actions.handOut?.request == leases[0].request)
    let others = actions.compactMap(\.connect)
    #expect(others.count == 2, "the server is back: open what is missing at once")
    #expect(machine.connected(others[0], at: base.at(0.2)).handOut?.request == leases[1].request)
    #expect(machine.connected(others[1], at: base.at(0.2)).handOut?.request == leases[2].request)
  }

  @Test("A long outage fails those who wait with its cause, after pauses that double up to the limit")
  func longOutage() throws {
    var machine = base.machine {
      $0.maximumSize = 1
      $0.reconnectDelay = .milliseconds(100)...(.seconds(2))
    }
    let (request, actions) = machine.lease(at: base.at(0))
    var id = try #require(actions.connect)
    var now = base.at(0)
    var pauses: [Double] = []
    while true {
      let refusals = machine.connectFailed(id, isTransient: true, at: now).refusals
      guard refusals.isEmpty else {
        #expect(refusals == [request: .connectFailed])
        break
      }
      let retryAt = try #require(machine.outage?.retryAt)
      #expect(machine.tick(at: retryAt.advanced(by: .milliseconds(-1))).connect == nil)
      pauses.append(now.duration(to: retryAt) / .seconds(1))
      now = retryAt
      id = try #require(machine.tick(at: now).connect)
    }
    #expect(base.start.duration(to: now) >= .seconds(10) && base.start.duration(to: now) < .seconds(12))
    for (pause, full) in zip(pauses, [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2]) {
      #expect(pause <= full && pause >= full * 0.8)
    }
  }

  @Test("While connections are out, a failing attempt fails nobody: the waiting is for their return")
  func outageWithConnectionsOut() throws {
    var machine = base.filled(1)
    let held = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
    let (request, actions) = machine.lease(at: base.at(0))
    let id = try #require(actions.connect)
    #expect(machine.connectFailed(id, isTransient: false, at: base.at(1)).refusals.isEmpty)
    #expect(machine.release(held, .clean, at: base.at(2)).contains(.handOut(held, to: request)))
  }

  @Test("A pool whose server restarts comes back to full size by itself")
  func restart() throws {
    var machine = base.filled(4) {
      $0.minimumSize = 4
      $0.maximumSize = 4
    }
    let leased = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
    let upAgain = base.at(3)
    // The world: everything old is dead, and the server accepts from second 3 on.
    var pending = Array(machine.release(leased, .broken, at: base.at(0.5)))
    var now = base.at(0.5)
    var wakeAt = now
    var steps = 0
    while machine.statistics.idle < 4 || machine.statistics.broken < 4 {
      steps += 1
      try #require(steps < 1000)
      guard !pending.isEmpty else {
        now = max(now, wakeAt)
        pending = Array(machine.tick(at: now))
        continue
      }
      switch pending.removeFirst() {
      case .close(let id): pending += machine.closed(id, at: now)
      case .check(let id): pending += machine.checked(id, isHealthy: false, at: now)
      case .connect(let id):
        pending +=
          now < upAgain
          ? machine.connectFailed(id, isTransient: true, at: now) : machine.connected(id, at: now)
      case .wake(let instant): wakeAt = instant
      case .handOut, .reset, .refuse, .finishClosing: Issue.record("nobody asked")
      }
    }
    #expect(now < base.at(7))
    #expect(machine.statistics.size == 4)
  }

  @Suite("Closing") struct Closing {
    let base = PoolStateMachineTests()

    @Test("Closing refuses those who wait and newcomers, and waits for what is out")
    func closing() throws {
      var machine = base.filled(1) { $0.maximumSize = 1 }
      let id = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
      let waiting = machine.lease(at: base.at(0)).request
      let actions = machine.close(at: base.at(1))
      #expect(actions.refusals == [waiting: .closed])
      #expect(!actions.contains(.finishClosing))
      let late = machine.lease(at: base.at(2))
      #expect(Array(late.actions) == [.refuse(late.request, .closed)])
      #expect(Array(machine.release(id, .needsReset, at: base.at(3))) == [.close(id)])
      #expect(Array(machine.closed(id, at: base.at(3))) == [.finishClosing])
      #expect(Array(machine.close(at: base.at(4))) == [])
    }

    @Test("Closing an empty pool ends at once")
    func emptyPool() {
      var machine = base.machine()
      #expect(Array(machine.close(at: base.at(0))) == [.finishClosing])
    }

    @Test("Closing gives up on a connection that does not come back, and closes it when it does")
    func abandoned() throws {
      var machine = base.filled(1)
      let id = try #require(machine.lease(at: base.at(0)).actions.handOut?.id)
      #expect(!machine.close(at: base.at(1)).contains(.finishClosing))
      #expect(Array(machine.tick(at: base.at(30))) == [.wake(at: base.at(31))])
      #expect(Array(machine.tick(at: base.at(31))) == [.finishClosing])
      #expect(Array(machine.release(id, .clean, at: base.at(90))) == [.close(id)])
      #expect(Array(machine.closed(id, at: base.at(90))) == [])
    }

    @Test("A connection that opens while the pool closes is closed again")
    func lateConnection() throws {
      var machine = base.machine()
      let id = try #require(machine.lease(at: base.at(0)).actions.connect)
      _ = machine.close(at: base.at(1))
      #expect(machine.connected(id, at: base.at(2)).contains(.close(id)))
      #expect(machine.closed(id, at: base.at(2)).contains(.finishClosing))
    }
  }
}
