import Foundation
import PGStatistics
import PGSystem
import Testing

@Suite("SweepCost")
struct SweepCostTests {
  /// A connection of 2 ms and operations of 20 µs, each total off by 5 % or so.
  private func sweep(_ counts: [Int], sessions: Int = 8, noise: Double = 0.05, seed: Int = 1)
    -> [SweepCost.Observations]
  {
    var generator = Seed(2024).derived(seed).generator
    return counts.map { count in
      SweepCost.Observations(
        operations: count,
        totals: (0..<sessions).map { _ in
          (2_000_000 + 20_000 * Double(count)) * (1 + noise * generator.gaussian())
        })
    }
  }

  @Test("A planted 2 ms for the connection and 20 µs for an operation are found again")
  func planted() throws {
    let cost = try #require(SweepCost(of: sweep([10, 50, 100, 500, 1_000])))
    #expect(abs(cost.fixed.value / 2_000_000 - 1) < 0.05)
    #expect(abs(cost.perOperation.value / 20_000 - 1) < 0.05)
    #expect(cost.fixed.low < cost.fixed.value && cost.fixed.value < cost.fixed.high)
    #expect(cost.fixed.confidence == 0.95 && cost.perOperation.confidence == 0.95)
  }

  @Test("Without noise both costs are exact")
  func exact() throws {
    let cost = try #require(SweepCost(of: sweep([10, 100, 1_000], sessions: 1, noise: 0)))
    #expect(abs(cost.fixed.value - 2_000_000) < 0.01)
    #expect(abs(cost.perOperation.value - 20_000) < 1e-5)
  }

  /// With 400 simulated sweeps the share itself has a standard deviation of 1.1 per cent.
  @Test(
    "The intervals cover the truth as often as they say",
    arguments: [
      ([10, 100, 1_000], 4), ([10, 50, 100, 500, 1_000], 8), ([10, 100, 1_000, 10_000, 100_000], 8),
    ])
  func coverage(counts: [Int], sessions: Int) throws {
    var (fixed, perOperation) = (0, 0)
    for number in 0..<400 {
      let cost = try #require(SweepCost(of: sweep(counts, sessions: sessions, seed: number)))
      if (cost.fixed.low...cost.fixed.high).contains(2_000_000) { fixed += 1 }
      if (cost.perOperation.low...cost.perOperation.high).contains(20_000) { perOperation += 1 }
    }
    #expect(0.92...0.98 ~= Double(fixed) / 400)
    #expect(0.92...0.98 ~= Double(perOperation) / 400)
  }

  @Test(
    "Long runs don't drown the connection: their noise is a share of their length, and so are the weights")
  func relativeWeights() throws {
    let cost = try #require(SweepCost(of: sweep([10, 100, 1_000, 10_000, 100_000])))
    #expect(cost.fixed.high - cost.fixed.low < 300_000)
    #expect(abs(cost.fixed.value / 2_000_000 - 1) < 0.1)
  }

  @Test("A higher confidence gives a wider interval about the same value")
  func confidence() throws {
    let sweep = sweep([10, 100, 1_000])
    let usual = try #require(SweepCost(of: sweep)?.fixed)
    let wider = try #require(SweepCost(of: sweep, confidence: 0.99)?.fixed)
    #expect(wider.value == usual.value && wider.confidence == 0.99)
    #expect(wider.low < usual.low && wider.high > usual.high)
    #expect(SweepCost(of: sweep, confidence: 95) == nil)
  }

  @Test(
    "Fewer than three different counts tell nothing", arguments: [[], [10], [10, 1_000], [10, 10, 1_000]])
  func tooFewCounts(counts: [Int]) {
    #expect(SweepCost(of: sweep(counts)) == nil)
  }

  @Test("A count without observations is none")
  func emptyCount() {
    #expect(SweepCost(of: sweep([10, 1_000]) + [.init(operations: 100, totals: [])]) == nil)
  }

  @Test("A total that isn't a time is refused", arguments: [0, -1, Double.nan, .infinity])
  func noTime(total: Double) {
    #expect(SweepCost(of: sweep([10, 100, 1_000]) + [.init(operations: 50, totals: [total])]) == nil)
  }

  @Test("Times that bend, so that their line dips below 0, still give finite costs")
  func bent() throws {
    let totals = [(1, 1.0), (10, 10.0), (100, 10_000.0), (1_000, 10_000_000.0)]
    let cost = try #require(
      SweepCost(of: totals.map { SweepCost.Observations(operations: $0.0, totals: [$0.1]) }))
    let ends = [cost.fixed.low, cost.fixed.high, cost.perOperation.low, cost.perOperation.high]
    #expect(ends.allSatisfy { $0.isFinite })
  }

  @Test("Both costs survive being written as JSON and read back")
  func coding() throws {
    let cost = try #require(SweepCost(of: sweep([10, 100, 1_000])))
    #expect(try JSONDecoder().decode(SweepCost.self, from: JSONEncoder().encode(cost)) == cost)
  }
}
