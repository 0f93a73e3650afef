import PGStatistics
import PGSystem
import Testing

@testable import PGMeasuring

@Suite("SelfCheck")
struct SelfCheckTests {
  private func check(_ samples: SampleSet) throws -> SelfCheck { try Analysis(of: samples).selfCheck }

  @Test("A steady variant doesn't differ from itself, and a steady drift is in both halves")
  func drift() throws {
    var samples = Simulation().samples(seed: Seed(1))
    for index in samples.series.indices {
      samples.series[index].latencies = []
      samples.series[index].blocks = (0..<32).map {
        // Sessions of four rounds, each slower than the one before by the same factor.
        Block(session: $0 / 4, round: $0 % 4, operations: 1, elapsed: 1_000_000 << ($0 / 4))
      }
      samples.series[index].latencies = samples.series[index].blocks.map(\.elapsed)
    }
    for own in try check(samples).selfComparisons {
      #expect(abs(own.ratio.ratio - 1) < 1e-9)
    }
  }

  @Test("A noisier case differs more from itself and could have seen less")
  func noise() throws {
    let calm = try check(Simulation(noise: 0.01).samples(seed: Seed(1)))
    let wild = try check(Simulation(noise: 0.1).samples(seed: Seed(1)))
    #expect(calm.selfComparisons.map(\.variant) == [.sync, .async])
    let (small, large) = (calm.sensitivities[0], wild.sensitivities[0])
    #expect(small.smallestDetectableChange < large.smallestDetectableChange)
    let estimate = try #require(
      try Analysis(of: Simulation(noise: 0.01).samples(seed: Seed(1))).comparisons.first?.estimate)
    // The half-width of the interval, and 1.28 of the 1.96 standard errors in it.
    #expect(abs(small.smallestDetectableChange - (estimate.high - estimate.low) / 2 * 1.654) < 1e-4)
  }

  @Test("Two sessions can't be split into halves with a spread")
  func tooFew() throws {
    #expect(try check(Simulation(sessions: 2).samples(seed: Seed(1))).selfComparisons.isEmpty)
  }
}
