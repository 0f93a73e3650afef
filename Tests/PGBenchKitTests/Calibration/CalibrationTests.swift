import PGBenchKit
import Testing

@testable import PGMeasuring
@testable import PGStatistics

/// How quiet the kit's comparisons are, and how true: the same code against itself, and against itself with a planted
/// slowdown, case after case, with the other CPU idle and busy.
///
/// Off by default, since it takes a while: PGBENCH_CALIBRATE=100 runs 100 cases of 3 s of each kind, about 24 minutes.
@Suite(
  "Calibration", .benchmark, .postgres(.study), .budget(.time(.seconds(3))), .serialized,
  .enabled(if: Calibration.cases > 0))
struct CalibrationTests {
  @Test("The same driver against itself shows no difference", arguments: [false, true])
  func sameAgainstSame(isLoaded: Bool) async throws {
    var ratios: [RatioEstimate] = []
    try await OtherLoad.with(isLoaded) {
      for number in 0..<Calibration.cases {
        let driver: Variant = number % 2 == 0 ? .sync : .async
        let result = try await benchmark(
          OperationCount(50 + number),
          variants: [Calibration.pointQuery(driver, "a"), Calibration.pointQuery(driver, "b")])
        ratios.append(try #require(result.ratio(of: "b", to: "a")))
      }
    }
    let holding = ratios.count { $0.low <= 1 && $0.high >= 1 }
    let halfWidth = try #require(Median.of(ratios.map { 50 * ($0.high - $0.low) }))
    let worst = ratios.map { 100 * abs($0.ratio - 1) }.max() ?? 0
    let variance =
      ratios.reduce(0) { $0 + 1e4 * ($1.ratio - 1) * ($1.ratio - 1) } / Double(max(1, ratios.count))
    print(
      """
      A/A | other CPU \(isLoaded ? "busy" : "idle") | 95 % intervals that hold 1: \
      \(Calibration.count(holding, of: ratios.count)) | median half-width \
      \(Calibration.decimal(halfWidth, 3)) % | standard deviation \
      \(Calibration.decimal(variance.squareRoot(), 3)) % | worst \(Calibration.decimal(worst)) %
      """)
    let share = Double(holding) / Double(ratios.count)
    #expect(share >= 0.93 && share <= 0.99)
    #expect(halfWidth < 0.4)
  }

  @Test(
    "A planted slowdown is estimated, and its interval holds it", arguments: [1, 2, 5, 10], [false, true])
  func planted(percent: Int, isLoaded: Bool) async throws {
    var errors: [Double] = []
    var holding = 0
    var truths: [Double] = []
    let cases = max(1, Calibration.cases / 4)
    try await OtherLoad.with(isLoaded) {
      for number in 0..<cases {
        let driver: Variant = number % 2 == 0 ? .sync : .async
        let planted = PlantedSlowdown(share: Double(percent) / 100)
        let result = try await benchmark(
          OperationCount(50 + number),
          variants: [
            Calibration.pointQuery(driver, "plain"),
            Calibration.pointQuery(driver, "slowed", planted: planted),
          ])
        let estimate = try #require(result.ratio(of: "slowed", to: "plain"))
        truths.append(100 * planted.actual)
        errors.append(100 * (estimate.ratio - 1 - planted.actual))
        if estimate.low - 1 <= planted.actual, planted.actual <= estimate.high - 1 { holding += 1 }
      }
    }
    let truth = try #require(Median.of(truths))
    let error = try #require(Median.of(errors))
    print(
      """
      Planted \(percent) % | other CPU \(isLoaded ? "busy" : "idle") | really \(Calibration.decimal(truth)) % | \
      median estimate \(Calibration.decimal(truth + error)) % | worst error \
      \(Calibration.decimal(errors.map(abs).max() ?? 0)) % | 95 % intervals that hold it: \
      \(Calibration.count(holding, of: cases))
      """)
    #expect(abs(error) < 0.3)
  }
}
