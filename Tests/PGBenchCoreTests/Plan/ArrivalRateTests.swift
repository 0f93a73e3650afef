import PGSystem
import Testing

@testable import PGMeasuring

@Suite("ArrivalRate")
struct ArrivalRateTests {
  @Test("Constant arrivals lie at equal distances, which nothing adds up to drift")
  func constant() {
    let starts = ArrivalRate(perSecond: 3000).starts(of: 30_001, seed: Seed(1))
    #expect(starts.prefix(4) == [0, 333_333, 666_666, 1_000_000] && starts[30_000] == 10_000_000_000)
  }

  @Test("Poisson arrivals have exponential distances: their mean, their deviation, and their median")
  func poisson() {
    let rate = ArrivalRate(perSecond: 1000, arrivals: .poisson)
    let starts = rate.starts(of: 40_001, seed: Seed(1))
    let distances = zip(starts.dropFirst(), starts).map { Double($0 - $1) }
    let mean = distances.reduce(0, +) / 40_000
    let deviation = (distances.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 40_000).squareRoot()
    // A standard error of the mean is half a per cent.
    #expect(starts[0] == 0 && abs(mean / 1e6 - 1) < 0.02 && abs(deviation / 1e6 - 1) < 0.03)
    #expect(abs(Double(distances.count { $0 < 693_147 }) / 40_000 - 0.5) < 0.01)
  }

  @Test("A seed gives the same arrivals again, and another seed others")
  func seeds() {
    let rate = ArrivalRate(perSecond: 1000, arrivals: .poisson)
    #expect(rate.starts(of: 100, seed: Seed(1)) == rate.starts(of: 100, seed: Seed(1)))
    #expect(rate.starts(of: 100, seed: Seed(1)) != rate.starts(of: 100, seed: Seed(2)))
    #expect(rate.starts(of: 0, seed: Seed(1)).isEmpty)
  }

  @Test("What is no rate says so", arguments: [0, 0.5, -1, 1_000_001, .infinity, .nan])
  func problems(perSecond: Double) {
    #expect(ArrivalRate(perSecond: perSecond).problem?.contains("not from 1 to 1,000,000") == true)
    #expect([1, 1_000_000].allSatisfy { ArrivalRate(perSecond: $0).problem == nil })
  }

  @Test(
    "A block has a tenth of a second's operations, and a hundred of each client at least",
    arguments: [(5000.0, 1, 500), (100, 1, 100), (5000, 8, 800), (1_000_000, 3, 99_999)])
  func blocks(perSecond: Double, clients: Int, length: Int) {
    let plan = SamplingPlan(
      operations: 10, clients: clients, budget: .rounds(4), seed: Seed(1),
      rate: ArrivalRate(perSecond: perSecond), leadIn: 2)
    #expect(plan.blockLength(nanosecondsPerOperation: 1000) == length)
    #expect(plan.leadIn(ofBlock: length) == 0)
  }
}

@Suite("HeldRate")
struct HeldRateTests {
  private func held(_ behind: [Int]) -> HeldRate? {
    let blocks = behind.enumerated().map { round, behind in
      Block(
        session: 0, round: round, operations: 100, elapsed: 1_000_000,
        pace: Pace(wall: 100_000_000 + behind, intended: 100_000_000, behind: behind))
    }
    return HeldRate(of: SampleSet.Series(variant: "a", blocks: blocks))
  }

  @Test("A rate is held where operations begin when they are to, and isn't where ever more of them wait")
  func pileUp() throws {
    #expect(try #require(held([0, 20_000, 1_000_000])).isHeld)
    let late = try #require(held([20_000_000, 21_000_000, 19_000_000]))
    #expect(!late.isHeld && abs(late.share - 1 / 1.2) < 0.001)
  }

  @Test("Stalls in some of the blocks don't mean that it isn't held")
  func stalls() throws {
    #expect(try #require(held([0, 50_000_000, 0, 50_000_000, 0])).isHeld)
  }

  @Test("Of a closed loop there is none")
  func closed() {
    let block = Block(session: 0, round: 0, operations: 10, elapsed: 1000)
    #expect(HeldRate(of: SampleSet.Series(variant: "a", blocks: [block])) == nil)
  }
}
