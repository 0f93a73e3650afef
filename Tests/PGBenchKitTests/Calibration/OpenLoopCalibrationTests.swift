import PGBenchKit
import PGSystem
import Testing

@testable import PGMeasuring

/// How exactly operations of some 25 µs begin under a rate: printed as a table.
///
/// Off unless PGBENCH_CALIBRATE says how many cases to run.
@Suite(
  "Open loop, calibrated", .benchmark, .postgres(.study), .serialized, .budget(.rounds(32)),
  .enabled(if: Calibration.cases > 0))
struct OpenLoopCalibrationTests {
  @Test("Operations begin when they are to, but for what the machine takes", .rate(perSecond: 10_000))
  func constant() async throws { try await measure("constant") }

  @Test("at random as well", .rate(perSecond: 10_000, arrivals: .poisson))
  func poisson() async throws { try await measure("Poisson") }

  @Test(
    "The highest rate of the same code is within tolerance, and of code that is a fifth slower it is not",
    .findRate(p99: .milliseconds(5)), .gate("same", notSlowerThan: "plain"),
    .gate("slower", notSlowerThan: "plain"), .gates(.warn))
  func highest() async throws {
    for number in 1...Calibration.cases {
      let driver: Variant = number % 2 == 0 ? .sync : .async
      let result = try await benchmark(
        1000,
        variants: [
          Calibration.pointQuery(driver, "plain"), Calibration.pointQuery(driver, "same"),
          Calibration.pointQuery(driver, "slower", planted: PlantedSlowdown(share: 0.2)),
        ])
      let rates = try ["plain", "same", "slower"].map {
        Format.rate(try result[Variant($0)].operationsPerSecond)
      }
      let ratios = result.analysis.comparisons.map { Format.ratioInterval($0.estimate) }
      print("Highest rate, \(driver), \(rates): \(ratios), \(result.gates.map(\.verdict))")
      #expect(result.gates.map(\.verdict) == [.withinTolerance, .regressed])
    }
  }

  private func measure(_ name: String) async throws {
    for number in 1...Calibration.cases {
      let machine = Self.interrupted(for: .seconds(2))
      let result = try await benchmark(
        1000,
        variants: [Calibration.pointQuery(.sync, .sync), Calibration.pointQuery(.async, .async)])
      for variant in [Variant.sync, .async] {
        let figures = try result[variant]
        func percent(_ metric: Metric) -> String { Calibration.decimal((figures[metric] ?? 0) * 100) }
        let late = try #require(figures[.impreciseStarts])
        print(
          "\(name) \(number), \(variant): p50 \(figures.latency.p50), p99 \(figures.latency.p99), schedule error "
            + "\(Calibration.decimal(figures[.scheduleError] ?? 0, 0)) ns, beyond 5 µs \(percent(.impreciseStarts)) % "
            + "(machine \(Calibration.decimal(machine * 100)) %), waited \(percent(.missedStarts)) %")
        #expect(late <= max(0.01, 2 * machine))
      }
    }
  }

  /// The share of instants at which a thread that does nothing but read the clock would do so more than 5 µs
  /// late: no schedule on this machine is more exact.
  private static func interrupted(for time: Duration) -> Double {
    let start = MonotonicClock.now()
    let end = start + Int(time / .nanoseconds(1))
    var (last, late) = (start, 0)
    while last < end {
      let now = MonotonicClock.now()
      late += max(0, now - last - 5000)
      last = now
    }
    return Double(late) / Double(last - start)
  }
}
