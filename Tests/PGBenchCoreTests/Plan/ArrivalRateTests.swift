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
    #expect(ArrivalRate(perSecond: perSecond).problem()?.contains("not from 1 to 1,000,000") == true)
    #expect([1, 1_000_000].allSatisfy { ArrivalRate(perSecond: $0).problem() == nil })
  }

  @Test("A rate of which a client has hardly a share says so")
  func clients() {
    let rate = ArrivalRate(perSecond: 5)
    #expect(rate.problem(clients: 50) == nil)
    #expect(rate.problem(clients: 51)?.contains("of 51 clients each") == true)
  }

  @Test(
    "A block has a tenth of a second's operations, or a hundred of each client if those come in a second",
    arguments: [
      (5000.0, 1, 500), (100, 1, 100), (5000, 8, 800), (1_000_000, 3, 99_999), (50, 1, 50), (300, 8, 296),
      (1, 1, 1), (1, 5, 5),
    ])
  func blocks(perSecond: Double, clients: Int, length: Int) {
    let plan = SamplingPlan(
      operations: 10, clients: clients, budget: .rounds(4), seed: Seed(1),
      rate: ArrivalRate(perSecond: perSecond), leadIn: 2)
    #expect(plan.blockLength(nanosecondsPerOperation: 1000) == length)
    #expect(plan.leadIn(ofBlock: length) == 0)
  }
}
