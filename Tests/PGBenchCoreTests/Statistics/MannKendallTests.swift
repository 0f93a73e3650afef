import PGStatistics
import PGSystem
import Testing

@Suite("MannKendall")
struct MannKendallTests {
  // SciPy 1.17: kendalltau(method="exact") against the places, and theilslopes; where values are equal, or
  // more than 60, norm.sf of the score with its correction for ties.
  @Test(
    "Score, probability and slope are those of SciPy",
    arguments: [
      ([1, 2, 3, 4, 5], 10, 0.016666666666666666, 1.0),
      ([3, 1, 4, 1.5, 9, 2.6, 5], 7, 0.3813492063492063, 0.4),
      (
        [
          2.041, -2.406, 0.718, -0.118, 0.147, 0.534, -1.12, 0.818, 0.335, 4.673, 1.726, 1.297, 1.519,
          1.282, 1.045, 1.859, 2.882, 2.311, 3.658, 2.65,
        ], 98, 0.0010995222054334826, 0.1690625
      ),
      ([1, 1, 2, 2, 3, 3, 3, 4, 2, 5], 30, 0.007255622276777044, 0.4),
      (
        [
          0.02, 1.56, 0.57, -0.48, -0.14, 0.59, 2.0, -0.2, -0.16, 1.09, -0.79, -0.18, 1.0, 0.71, 0.23,
          0.82, -2.67, 1.19, -0.78, -1.48, 0.48, 0.91, -0.22, -0.85, 0.27, 0.2, 1.67, 1.02, 0.47, 1.4,
          0.09, -0.62, 0.9, 0.91, 0.13, -0.43, 0.59, -2.12, 1.07, 0.88, -1.24, 0.47, -0.54, 1.19, -1.59,
          -0.46, 1.17, 1.63, -1.68, -0.01, 0.83, -0.1, 2.11, -0.66, 0.89, -0.5, 1.97, 0.55, 0.21, -1.13,
          2.28, 1.36, 1.37, 1.77, 0.99, 0.01, -0.14, -0.13, 2.05, -0.77,
        ], 154, 0.43792167554477346,
        0.005283018867924529
      ),
    ] as [([Double], Int, Double, Double)])
  func reference(values: [Double], score: Int, probability: Double, slope: Double) throws {
    let test = MannKendall(of: values)
    #expect(test.score == score)
    #expect(abs(test.probability / probability - 1) < 1e-9)
    #expect(abs(try #require(MannKendall.slope(of: values, confidence: 0.95)).value - slope) < 1e-12)
  }

  @Test("A series that falls as another rises has the opposite score, and the same probability")
  func symmetric() {
    let values = [3.0, 1, 4, 1.5, 9, 2.6, 5]
    let (rising, falling) = (MannKendall(of: values), MannKendall(of: values.map { -$0 }))
    #expect(rising.score == -falling.score && rising.probability == falling.probability)
  }

  @Test("Of sixty values the exact distribution says about what the normal approximation says of more")
  func approximation() {
    for number in 0..<100 {
      var generator = Seed(24).derived(number).generator
      let test = MannKendall(of: (0..<60).map { 0.02 * Double($0) + generator.gaussian() })
      let deviation = (60.0 * 59 * 125 / 18).squareRoot()
      let approximation = Elementary.erfc((Double(test.score.magnitude) - 1) / deviation / 2.0.squareRoot())
      #expect(abs(test.probability - approximation) < 0.003 || test.score == 0)
    }
  }

  @Test("Where all orders are equally likely, one in twenty series has a trend on the level of 5 %")
  func level() {
    let alarms = (0..<2000).count { number in
      var generator = Seed(21).derived(number).generator
      return MannKendall(of: (0..<20).map { _ in generator.gaussian() }).probability <= 0.05
    }
    #expect((65...130).contains(alarms), "\(alarms) of 2000")
  }

  @Test(
    "The interval of Sen's slope holds the true one as often as it says, of 12 values and of 80",
    arguments: [12, 80])
  func coverage(count: Int) throws {
    let covered = try (0..<400).count { number in
      var generator = Seed(22).derived(number).generator
      let values = (0..<count).map { Double($0) * 0.01 + 0.05 * generator.gaussian() }
      let slope = try #require(MannKendall.slope(of: values, confidence: 0.95))
      #expect(slope.low <= slope.value && slope.value <= slope.high)
      return slope.low <= 0.01 && 0.01 <= slope.high
    }
    #expect((368...396).contains(covered), "\(covered) of 400")
  }

  @Test("The interval excludes a slope of 0 where the test shows a trend on that level")
  func agreement() throws {
    for number in 0..<200 {
      var generator = Seed(23).derived(number).generator
      let values = (0..<15).map { Double($0) * 0.1 + generator.gaussian() }
      let slope = try #require(MannKendall.slope(of: values, confidence: 0.95))
      #expect((slope.low > 0 || slope.high < 0) == (MannKendall(of: values).probability <= 0.05))
    }
  }

  @Test("Too few values for a level have an interval without ends")
  func few() throws {
    let slope = try #require(MannKendall.slope(of: [1, 2, 3, 4], confidence: 0.99))
    #expect(slope.value == 1 && slope.low == -.infinity && slope.high == .infinity)
    #expect(MannKendall.slope(of: [1, 2], confidence: 0.95) == nil)
  }

  @Test(
    "Extreme values have a test, or none",
    arguments: [
      [], [1], [.nan, 1, 2], [.infinity, 1, 2], [0, 0, 0, 0], Array(repeating: 1, count: 100),
      [1e308, -1e308, 1e308, 0, -1e308], [.leastNonzeroMagnitude, 0, 1],
    ])
  func extreme(values: [Double]) {
    #expect(MannKendall(of: values).probability > 0.05)
    for confidence in [-1, 0, 0.5, 1, 2, .nan] { _ = MannKendall.slope(of: values, confidence: confidence) }
  }
}
