import Testing

@testable import PGMeasuring

@Suite("HeldRate")
struct HeldRateTests {
  /// Blocks of operations that were due each millisecond, and ended so many nanoseconds too late.
  private func held(
    _ overruns: [Int], operations: Int = 100, arrivals: ArrivalRate.Arrivals = .constant, clients: Int = 1
  ) -> HeldRate? {
    let intended = operations * 1_000_000
    return HeldRate(
      of: overruns.map { Pace(wall: intended + $0, intended: intended) }, operations: operations,
      rate: ArrivalRate(perSecond: 1000, arrivals: arrivals), clients: clients)
  }

  @Test("A rate is held where operations begin when they are to, and isn't where ever more of them wait")
  func pileUp() throws {
    #expect(try #require(held([-900_000, 20_000, 1_000_000])).isHeld)
    let late = try #require(held([20_000_000, 21_000_000, 19_000_000]))
    #expect(!late.isHeld && abs(late.share - 1 / 1.2) < 0.001)
  }

  @Test("Stalls in some of the blocks don't mean that it isn't held")
  func stalls() throws {
    #expect(try #require(held([0, 50_000_000, 0, 50_000_000, 0])).isHeld)
  }

  @Test(
    "What may be left at a block's end are so many operations of a client as there are in 3 %, and no more than 30",
    arguments: [(1, 0.05, 0.2), (10, 0.9, 1.1), (100, 2.9, 3.1), (500, 14, 16), (10_000, 29, 31)])
  func allowed(operations: Int, held: Double, not: Double) throws {
    #expect(try #require(self.held([Int(held * 1e6)], operations: operations)).isHeld)
    #expect(!(try #require(self.held([Int(not * 1e6)], operations: operations)).isHeld))
  }

  @Test("At random several may be left, and of several clients each has its own")
  func bunches() throws {
    #expect(try #require(held([4_900_000], arrivals: .poisson)).isHeld)
    #expect(!(try #require(held([5_100_000], arrivals: .poisson)).isHeld))
    // A tenth of the operations, at ten times the distance.
    #expect(try #require(held([9_000_000], clients: 10)).isHeld)
    #expect(!(try #require(held([11_000_000], clients: 10)).isHeld))
  }

  @Test("Of a closed loop there is none")
  func closed() {
    let block = Block(session: 0, round: 0, operations: 10, elapsed: 1000)
    var samples = SampleSet(series: [SampleSet.Series(variant: "a", blocks: [block])])
    #expect(samples.heldRate(of: samples.series[0]) == nil)
    samples.rate = ArrivalRate(perSecond: 10)
    #expect(samples.heldRate(of: samples.series[0]) == nil)
  }
}
