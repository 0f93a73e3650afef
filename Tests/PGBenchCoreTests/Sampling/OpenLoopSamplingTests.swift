import PGStatistics
import PGSystem
import PGVerdicts
import Testing

@testable import PGMeasuring

@Suite("Sampler, of an open loop")
struct OpenLoopSamplingTests {
  /// A variant whose operations begin every 100 µs and take 20 µs, or longer once in a while.
  private struct Paced: SampledVariant {
    let variant: Variant
    let clock: FakeClock
    /// How long the operation in the middle of a block takes.
    let middle: Int

    func beginSession(_ session: Int) async throws {}
    func endSession() async {}

    func run(first: Int, operations: Int, rate: ArrivalRate?) async throws -> BlockTiming {
      guard let rate else {
        clock.advance(operations * 20_000)
        return BlockTiming(
          elapsed: operations * 20_000, latencies: Array(repeating: 20_000, count: operations))
      }
      let starts = rate.starts(of: operations, seed: Seed(1))
      var latencies: [Int] = []
      var end = 0
      for (place, start) in starts.enumerated() {
        end = max(start, end) + (place == operations / 2 ? middle : 20_000)
        latencies.append(end - start)
      }
      clock.advance(end)
      return BlockTiming(
        // In one block of many.
        elapsed: end, latencies: latencies, usage: [.missedStarts: first / 1000 % 8 == 0 ? 8 : 0],
        intended: (starts.last ?? 0) + Int(rate.distance))
    }
  }

  private func sample(middle: Int = 20_000) async throws -> SampleSet {
    let clock = FakeClock()
    let plan = SamplingPlan(
      operations: 10, budget: .rounds(32), seed: Seed(1), rate: ArrivalRate(perSecond: 10_000))
    var measurement = CaseMeasurement(
      plan: plan, gates: GatePlan(of: CaseIdentity(suite: "S", test: "t", operations: 10), []),
      variants: ["a", "b"], now: { clock.now })
    let variants = [
      Paced(variant: "a", clock: clock, middle: 20_000), Paced(variant: "b", clock: clock, middle: middle),
    ]
    try await measurement.takeAllSessions(of: variants)
    return measurement.samples
  }

  @Test("What is compared is the time from intended starts, and operations per second are of the wall time")
  func compared() async throws {
    let samples = try await sample(middle: 10_020_000)
    #expect(samples.series.allSatisfy { $0.blocks.allSatisfy { $0.operations == 1000 } })
    let first = try #require(samples.series[0].blocks.first)
    #expect(first.elapsed == 1000 * 20_000 && first.taken == 1000 * 100_000)
    let analysis = try Analysis(of: samples)
    #expect(try #require(analysis["a"]).operationsPerSecond == 10_000)
    // A stall of 10 ms is felt by the hundred that were to begin meanwhile, and some after.
    let (a, b) = (try #require(analysis["a"]).latency, try #require(analysis["b"]).latency)
    #expect(a.p99 == .microseconds(20) && b.p99 > .milliseconds(5) && b.p50 == .microseconds(20))
    // Which is the mean, where the median of the blocks is 0.
    #expect(try #require(analysis["b"]?[.missedStarts]) > 0.0005)
    #expect(samples.heldRate(of: samples.series[1])?.isHeld == true)
  }

  @Test("A stall is no suspension of this program, however long it is: it is what a rate is to show")
  func suspension() async throws {
    let samples = try await sample(middle: 3_000_000_000)
    #expect(samples.series[1].disturbedBlocks == 0 && samples.retakenRounds.isEmpty)
  }

  @Test("Sessions are warmed up without a rate, so that a low one has a warm-up too")
  func warmUp() async throws {
    let samples = try await sample()
    #expect(samples.warmUp.steadySessions == samples.warmUp.sessions)
    #expect(samples.series.allSatisfy { $0.firstOperations.allSatisfy { $0 == 20_000 } })
  }
}
