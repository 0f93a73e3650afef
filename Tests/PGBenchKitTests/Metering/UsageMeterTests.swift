import CPGSystem
import PGDriver
import PGMeasuring
import PGSystem
import Testing

@testable import PGBenchHost
@testable import PGBenchKit

@Suite("A usage meter")
struct UsageMeterTests {
  #if os(Linux)
    @Test("sees the CPU time, the allocations and the waits of its threads, and of no others")
    func threads() async throws {
      let threads = try BlockingExecutor(threads: 1)
      defer { threads.shutdown() }
      let meter = UsageMeter(MeteredSession(threads: threads.threadIDs))
      var idleCPU: Double?
      // Once may be too early, for the thread has only just begun.
      for _ in 0..<100 where idleCPU != 0 {
        var idle = meter.start()
        // Work of another thread.
        var sum = 0
        for index in 0..<1_000_000 { sum &+= index }
        blackHole(sum)
        idle.end()
        idleCPU = idle.reported[.clientCPU]
      }
      #expect(idleCPU == 0)
      let usage = await Task(executorPreference: threads) {
        var block = meter.start()
        usleep(1000)
        for size in 1...10 {
          let memory = malloc(size)
          blackHole(memory)
          free(memory)
        }
        // As long as it takes, for others may have the CPU.
        let begin = pg_system_cpu_time_of_thread(threads.threadIDs[0])
        while pg_system_cpu_time_of_thread(threads.threadIDs[0]) - begin < 2_000_000 {}
        block.end()
        return block.reported
      }.value
      #expect(try #require(usage[.clientCPU]) > 1_000_000)
      #expect(try #require(usage[.voluntarySwitches]) >= 1)
      if usage[.allocations] != nil {
        #expect(usage[.allocations] == 10)
        #expect(usage[.allocatedBytes] == 55)
      }
      #expect(usage[.serverCPU] == nil)
    }
  #endif

  @Test("gives a reason for every metric that it can't have")
  func missing() throws {
    let missing = UsageMeter(MeteredSession()).missing()
    #expect(missing.contains { $0.metric == .serverCPU })
    for summary in missing {
      guard case .notAvailable(let reason) = summary.outcome else {
        Issue.record("\(summary.metric) has a value")
        continue
      }
      #expect(!reason.isEmpty)
    }
  }

  @Test("reads the user's own counters, which don't replace the kit's metrics")
  func custom() {
    let calls = Lock(0.0)
    let meter = UsageMeter(
      MeteredSession(
        custom: [
          CustomMetric(metric: Metric("reads", unit: .count)) {
            calls.withLock {
              $0 += 1; return $0 * 10
            }
          },
          CustomMetric(metric: .clientCPU) { 7 },
        ]))
    var block = meter.start()
    block.end()
    let usage = block.reported
    #expect(usage[Metric("reads", unit: .count)] == 10)
    #expect(usage[.clientCPU] != 0)
  }
}
