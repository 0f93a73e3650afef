import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("Reports of pools that ended, or did not come back", .paced, .timeLimit(.minutes(5)))
struct PoolOutageReportTests {
  /// psycopg/psycopg#370, psycopg/psycopg#1315, psycopg/psycopg#438: after an outage a pool didn't come back.
  ///
  /// The judge is `reconnectTimeout`: how long attempts are repeated before those who wait are refused.
  @Test("an old outage leaves the patience for the next one as it was")
  func oldOutage() throws {
    let start = MonotonicInstant.now
    func at(_ seconds: Double) -> MonotonicInstant { start.advanced(by: .seconds(seconds)) }
    var machine = PoolStateMachine(PoolConfiguration(maximumSize: 1, waitTimeout: nil), seed: 1)
    /// Fails all attempts from an instant on, until the request is refused; returns after how many seconds.
    func outage(from begin: Double) throws -> Double {
      let (request, actions) = machine.lease(at: at(begin))
      var attempt = try #require(actions.connect)
      var now = at(begin + 0.001)
      while true {
        let refusals = machine.connectFailed(attempt, isTransient: true, at: now).refusals
        if !refusals.isEmpty {
          #expect(refusals == [request: .connectFailed])
          return at(begin).duration(to: now) / .seconds(1)
        }
        now = try #require(machine.outage?.retryAt)
        attempt = try #require(machine.tick(at: now).connect)
        now = now.advanced(by: .milliseconds(1))
      }
    }
    #expect(try outage(from: 0) >= 10)
    // Six hours later, with no attempt in between.
    #expect(try outage(from: 21_600) >= 10)
    // While the outage lasts, requests that come in its course are refused sooner.
    #expect(try outage(from: 21_620) < 1)
  }

  /// psycopg/psycopg#370, whole: the server is away twice, and is back each time before patience is over.
  @Test("a pool comes back from a second outage as from the first", arguments: EventLoop.Backend.allCases)
  func twoOutages(backend: EventLoop.Backend) async throws {
    let silent = try SilentServer()
    var away = PostgresConfiguration()
    away.parameters["host"] = silent.folder + "/nowhere"
    let pool = try AsyncPool(
      away,
      PoolConfiguration(
        maximumSize: 1, reconnectTimeout: .milliseconds(400),
        reconnectDelay: .milliseconds(20)...(.milliseconds(40))),
      on: TestDriver.async(backend).loop)
    for _ in 1...2 {
      let start = ContinuousClock.now
      let error = try await errorOf { try await pool.withConnection { _ in } }
      #expect(error.code == .connectionFailed)
      #expect(ContinuousClock.now - start >= .milliseconds(400), "it was patient")
      // With nobody asking for longer than the patience.
      try await Task.sleep(for: .milliseconds(900))
    }
    await pool.close()
  }

  /// vapor/postgres-nio#443, #436, #539, #479: keep-alive and idle time-out at one moment ended the process.
  @Test("keep-alive and idle time-out may fall on one moment", arguments: [0, 1])
  func sameMoment(minimum: Int) throws {
    let start = MonotonicInstant.now
    func at(_ seconds: Double) -> MonotonicInstant { start.advanced(by: .seconds(seconds)) }
    var machine = PoolStateMachine(
      PoolConfiguration(
        minimumSize: minimum, maximumSize: 2, idleTimeout: .seconds(20), lifetimeJitter: 0,
        healthCheck: .afterIdle(.seconds(1), keepAlive: .seconds(10))), seed: 1)
    _ = machine.start(at: at(0))
    for _ in 1...2 { _ = machine.lease(at: at(0)) }
    let ids = machine.slots.indices.map { PoolStateMachine.ConnectionID(slot: $0, generation: 0) }
    for id in ids { _ = machine.connected(id, at: at(0)) }
    for id in ids { _ = machine.release(id, .clean, at: at(0)) }
    let first = machine.tick(at: at(10))
    #expect(first.lazy.compactMap(\.checked).count == 2)
    for id in ids { _ = machine.checked(id, isHealthy: true, at: at(10)) }
    // Both are due for a check, and one or both for the end: each is one thing only.
    let second = machine.tick(at: at(20))
    let checked = Array(second.lazy.compactMap(\.checked)).map(\.slot)
    let closed: [Int] = second.compactMap { if case .close(let id) = $0 { id.slot } else { nil } }
    #expect(closed.count == 2 - minimum && checked.count == minimum)
    #expect(Set(checked).isDisjoint(with: closed))
    // The answer of a check that comes after its connection is gone changes nothing.
    for id in ids { _ = machine.closed(id, at: at(20)) }
    let before = machine.statistics
    for id in ids where closed.contains(id.slot) {
      #expect(Array(machine.checked(id, isHealthy: true, at: at(21))) == [])
    }
    #expect(machine.statistics.size == before.size && machine.statistics.idle == before.idle)
    // All are lost, and come back up to the minimum.
    for id in ids { _ = machine.checked(id, isHealthy: false, at: at(22)) }
    for id in ids { _ = machine.closed(id, at: at(22)) }
    #expect(machine.statistics.connecting == minimum)
  }
}
