import PGStatistics
import PGSystem
import Testing

@Suite("ChangePoints")
struct ChangePointsTests {
  private static func places(_ values: [Double], _ rule: ChangePoints.Rule = .init()) -> [Int] {
    ChangePoints.find(in: values, rule: rule).map(\.index)
  }

  /// Values with normal noise around a level, one for each.
  private static func noisy(_ levels: [Double], seed: Seed, noise: Double = 0.01) -> [Double] {
    var generator = seed.generator
    return levels.map { $0 + noise * generator.gaussian() }
  }

  @Test(
    "Apache Otava's series of TigerBeetle has the change points that its tests expect",
    arguments: OtavaExamples.expected.indices)
  func tigerBeetle(number: Int) {
    let expected = OtavaExamples.expected[number]
    let rule = ChangePoints.Rule(
      level: expected.level, leastChange: expected.leastChange, window: 30, spread: .population)
    let places = Set(Self.places(OtavaExamples.tigerBeetle, rule))
    #expect(places.symmetricDifference(expected.places).sorted() == expected.differing)
  }

  @Test("Apache Otava's small examples have the change points that its tests expect, with either spread")
  func smallExamples() {
    for spread in [ChangePoints.Spread.sample, .population] {
      let rule = ChangePoints.Rule(spread: spread)
      #expect(Self.places(OtavaExamples.halved, rule) == [6])
      #expect(Self.places(OtavaExamples.tenthLess, rule) == [4])
      #expect(Self.places(OtavaExamples.halved + [0.5, 0.51], rule) == [6])
      // The least change that counts is a fifth: a tenth is none.
      #expect(Self.places(OtavaExamples.halved, .init(leastChange: 0.2, spread: spread)) == [6])
      #expect(Self.places(OtavaExamples.tenthLess, .init(leastChange: 0.2, spread: spread)).isEmpty)
      // From 0 on: nothing is divided by it.
      let fromZero = [0, 0, 0, 1.00, 1.12, 0.90, 0.50, 0.51, 0.48, 0.48, 0.55]
      #expect(Self.places(fromZero, rule) == [3, 6])
      let single = [
        1.02, 0.95, 0.99, 1.00, 1.12, 1.00, 1.01, 0.98, 1.01, 0.96, 0.50, 0.51, 0.48, 0.48, 0.55, 0.50, 0.49,
        0.51, 0.50, 0.49,
      ]
      #expect(Self.places(single, .init(level: 0.0001, window: 10, spread: spread)) == [10])
      let two = [
        0.3, 2.4, 1.5, -0.9, -0.5, 99.7, 98.3, 99.1, 149.0, 149.7, 149.5, 149.1, 148.8, 150.0,
      ]
      #expect(Self.places(two, .init(level: 0.01, weakLevel: 0.01, spread: spread)) == [5, 8])
    }
    // tests/series_test.py adds two values far off. The change of a tenth before them is lost beside them.
    let far = OtavaExamples.tenthLess + [1.97, 33.33, 46.46]
    #expect(Self.places(far, .init(spread: .population)) == [12])
  }

  // signal-processing-algorithms, tests/test_e_divisive.py.
  @Test("MongoDB's example of certain changes has them where its test expects them")
  func certain() {
    let values = Array(repeating: 0.0, count: 1000) + Array(repeating: 1.0, count: 1000)
    #expect(Self.places(values) == [1000])
    #expect(ChangePoints.find(in: values).first?.probability == 0)
    let three: [Double] = [0, 1, 20].flatMap { Array(repeating: $0, count: 100) as [Double] }
    #expect(Self.places(three) == [100, 200])
  }

  // The statistic of otava's tests/change_point_divisive_test.py, summed up from all pairs as the paper writes it.
  @Test("The best split is the one that the sums over all pairs give")
  func bestSplit() throws {
    func mean(_ pairs: [Double]) -> Double { pairs.isEmpty ? 0 : pairs.reduce(0, +) / Double(pairs.count) }
    func inner(_ values: ArraySlice<Double>) -> [Double] {
      values.indices.flatMap { first in
        values.indices.filter { $0 > first }.map { (values[first] - values[$0]).magnitude }
      }
    }
    for seed in 0..<20 {
      let values = Self.noisy([1, 1, 1, 2, 2, 1.5, 1.5, 1.5, 1.5], seed: Seed(UInt64(seed)), noise: 0.4)
      var best = (index: 0, statistic: -Double.infinity)
      for split in 1..<values.count {
        for end in (split + 1)...values.count {
          let (before, after) = (values[..<split], values[split..<end])
          let between = before.flatMap { one in after.map { (one - $0).magnitude } }
          let weight = Double(before.count * after.count) / Double(end)
          let statistic = weight * (2 * mean(between) - mean(inner(before)) - mean(inner(after)))
          if statistic > best.statistic + 1e-12 { best = (split, statistic) }
        }
      }
      let split = try #require(EnergySplit(of: values, in: 0..<values.count))
      #expect(split.index == best.index)
      #expect(abs(split.statistic - best.statistic) < 1e-9)
    }
  }

  // SciPy 1.17: ttest_ind(before, after), and the interval of the difference from t.ppf.
  @Test("A change has Student's test of equal variances, and his interval")
  func student() throws {
    let change = try #require(ChangePoints.find(in: OtavaExamples.tenthLess).first)
    #expect(abs(change.before - 2.025) < 1e-12 && abs(change.after - 12.61 / 7) < 1e-12)
    #expect(change.degreesOfFreedom == 9)
    #expect(abs(change.probability / 1.6888274647418193e-07 - 1) < 1e-6)
    let interval = change.interval(confidence: 0.95)
    #expect(interval.low < change.after - change.before && interval.high < 0)
    let sure = change.interval(confidence: 1 - change.probability * 1.01)
    #expect(sure.high < 0 && sure.high > -0.001, "The interval of as much confidence just excludes 0.")
  }

  @Test("Twenty values with noise and no change show one in no more of a thousand series than the level says")
  func stationary() {
    let level = 0.05 / 19
    let rule = ChangePoints.Rule(level: level, weakLevel: 0.01)
    let alarms = (0..<1000).count { number in
      !Self.places(
        Self.noisy(Array(repeating: 1, count: 20), seed: Seed(11).derived(number)), rule
      ).isEmpty
    }
    #expect(alarms <= 50, "\(alarms) of 1000")
    // Not by never finding anything.
    let step = Array(repeating: 1.0, count: 10) + Array(repeating: 1.03, count: 10)
    let found = (0..<200).count { number in
      Self.places(Self.noisy(step, seed: Seed(12).derived(number)), rule).count == 1
    }
    #expect(found >= 190, "\(found) of 200")
  }

  @Test("A change in a long series is found at its place, to a few values")
  func long() throws {
    let levels = Array(repeating: 1.0, count: 230) + Array(repeating: 1.02, count: 270)
    for number in 0..<20 {
      let places = Self.places(
        Self.noisy(levels, seed: Seed(13).derived(number)), .init(level: 1e-6, weakLevel: 0.01))
      #expect(places.count == 1 && places.allSatisfy { (225...235).contains($0) }, "\(places)")
    }
  }

  @Test(
    "Nothing is found in what has nothing to find, however extreme",
    arguments: [
      [], [1], [1, 2], [.nan, 1, 2, 3], [.infinity, 1, 1, 1], Array(repeating: 0.1, count: 60),
      [1e308, -1e308, 1e308, -1e308], Array(repeating: -1e308, count: 9) + Array(repeating: 1e308, count: 9),
    ])
  func extreme(values: [Double]) {
    #expect(Self.places(values).isEmpty)
    #expect(ChangePoints.find(in: values, rule: .init(level: 1, leastChange: .nan, window: .min)).count < 20)
    #expect(ChangePoints.find(in: values, rule: .init(level: .nan, window: 1)).count < 20)
  }
}
