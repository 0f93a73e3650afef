import PGStatistics
import PGSystem
import Testing

/// Seeds are fixed, so that the tests give the same answer always.
@Suite("SeriesChange")
struct SeriesChangeTests {
  /// Twenty commits that change a ratio by so much in all, as logarithms with 1 % noise.
  private static func commits(_ levels: (Int) -> Double, count: Int = 20, seed: Seed) -> [Double] {
    var generator = seed.generator
    return (0..<count).map { levels($0) + 0.01 * generator.gaussian() }
  }

  private static func isTrend(_ change: SeriesChange) -> Bool {
    if case .trend = change { true } else { false }
  }

  private static func places(_ change: SeriesChange) -> [Int]? {
    if case .steps(let steps) = change { steps.map(\.index) } else { nil }
  }

  @Test(
    "A creep of 1 % a commit over 20 commits is found as a trend, whether it is one series or one of a hundred",
    arguments: [1.0, 100], [1.01, 0.99])
  func creep(series: Double, factor: Double) throws {
    var trends = 0
    for number in 0..<200 {
      let values = Self.commits({ Double($0) * log(factor) }, seed: Seed(31).derived(number))
      let change = SeriesChange.find(in: values, rate: 0.05 / series)
      #expect(change != .none)
      // Now and then noise makes a staircase of it, which then describes it better.
      guard case .trend(let trend) = change else { continue }
      trends += 1
      let truth = 19 * log(factor)
      #expect(abs(trend.change - truth) < 0.04 && trend.least * truth > 0)
      #expect(trend.least.magnitude < trend.change.magnitude)
    }
    #expect(trends >= 198, "\(trends) of 200")
  }

  @Test(
    "Twenty stationary commits with 1 % noise show nothing, but in as many of a thousand series as the rate says",
    arguments: [5, 20, 60])
  func stationary(count: Int) {
    let alarms = (0..<1000).count { number in
      SeriesChange.find(
        in: Self.commits({ _ in 0 }, count: count, seed: Seed(32).derived(number)), rate: 0.05) != .none
    }
    #expect(alarms <= 50, "\(alarms) of 1000")
  }

  @Test("A hundred stationary series on one page show nothing in 19 of 20 pages")
  func page() {
    let pages = (0..<60).count { page in
      (0..<100).contains { number in
        let seed = Seed(33).derived(page).derived(number)
        return SeriesChange.find(in: Self.commits({ _ in 0 }, seed: seed), rate: 0.05 / 100) != .none
      }
    }
    #expect(pages <= 6, "\(pages) of 60")
  }

  @Test("A step of 5 % is found at its place, give or take a commit; of two steps, both")
  func steps() {
    var (exact, both) = (0, 0)
    for number in 0..<100 {
      let one = Self.commits({ $0 < 12 ? 0 : 0.05 }, seed: Seed(34).derived(number))
      let places = Self.places(SeriesChange.find(in: one, rate: 0.05 / 100)) ?? []
      #expect(places.count == 1 && places.allSatisfy { (11...13).contains($0) }, "\(places)")
      exact += places == [12] ? 1 : 0
      let two = Self.commits(
        { $0 < 15 ? 0 : $0 < 30 ? 0.06 : 0.02 }, count: 45, seed: Seed(35).derived(number))
      let found = Self.places(SeriesChange.find(in: two, rate: 0.05)) ?? []
      #expect(
        found.contains { (14...16).contains($0) } && found.contains { (27...33).contains($0) }, "\(found)")
      both += found.count == 2 ? 1 : 0
    }
    #expect(exact >= 95, "\(exact) of 100")
    // A third one is an alarm about nothing, of which the rate allows a few.
    #expect(both >= 95, "\(both) of 100")
  }

  @Test("The least change is less than the true one in all but as many series as the rate says")
  func least() {
    var above = 0
    for number in 0..<400 {
      let values = Self.commits({ Double($0) * 0.005 }, seed: Seed(36).derived(number))
      if case .trend(let trend) = SeriesChange.find(in: values, rate: 0.05), trend.least > 19 * 0.005 {
        above += 1
      }
    }
    #expect(above <= 20, "\(above) of 400")
  }

  @Test(
    "Extreme series have nothing to show, or show it",
    arguments: [
      [], [1, 2, 3, 4], Array(repeating: 0, count: 5), [.nan, .nan, .nan, .nan, .nan],
      [.infinity, 0, 0, 0, 0, 0], [1e308, -1e308, 1e308, -1e308, 1e308, -1e308],
    ])
  func extreme(values: [Double]) {
    for rate in [0.05, 0, -1, 1, 2, .nan] { _ = SeriesChange.find(in: values, rate: rate) }
    #expect(SeriesChange.find(in: values, rate: 0.05) == .none)
  }

  @Test("A change without any noise is a step, and a staircase of equal steps without any is a trend")
  func exact() {
    let step = Array(repeating: 0.0, count: 10) + Array(repeating: 0.5, count: 10)
    #expect(Self.places(SeriesChange.find(in: step, rate: 0.05)) == [10])
    #expect(Self.isTrend(SeriesChange.find(in: (0..<20).map(Double.init), rate: 0.05)))
  }
}
