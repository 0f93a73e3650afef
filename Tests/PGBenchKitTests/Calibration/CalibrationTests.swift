import PGBenchKit
import Testing

/// How quiet the kit's comparisons are: the same code against itself, case after case.
///
/// Off by default, since it takes minutes: PGBENCH_CALIBRATE=40 runs 40 cases for each driver.
@Suite(
  "Calibration", .benchmark, .postgres(.study), .budget(.time(.seconds(2))),
  .enabled(if: Calibration.cases > 0))
struct CalibrationTests {
  @Test("The same driver against itself shows no difference", arguments: [Variant.sync, .async])
  func sameAgainstSame(driver: Variant) async throws {
    var ratios: [RatioEstimate] = []
    for number in 0..<Calibration.cases {
      let result = try await benchmark(
        OperationCount(50 + number),
        variants: [Calibration.pointQuery(driver, "a"), Calibration.pointQuery(driver, "b")])
      ratios.append(try #require(result.ratio(of: "b", to: "a")))
    }
    let deviations = ratios.map { 100 * ($0.ratio - 1) }
    let mean = deviations.reduce(0, +) / Double(deviations.count)
    let variance =
      deviations.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, deviations.count - 1))
    let worst = deviations.map(abs).max() ?? 0
    let holding = ratios.count { $0.low <= 1 && $0.high >= 1 }
    let halfWidths = ratios.map { 50 * ($0.high - $0.low) }.sorted()
    print(
      """
      A/A, \(driver), \(ratios.count) cases: standard deviation \(variance.squareRoot()) %, worst \(worst) %, \
      median half-width \(halfWidths[halfWidths.count / 2]) %, intervals that hold 1: \(holding)
      """)
    #expect(variance.squareRoot() < 0.5)
    #expect(worst < 1.5)
  }
}
