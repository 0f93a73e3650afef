import PGStatistics
import Testing

@Suite("LatencySummary")
struct LatencySummaryTests {
  @Test("Percentiles, mean and deviation agree with NumPy")
  func reference() throws {
    for reference in ReferenceNumbers.latencies {
      let summary = try #require(LatencySummary(nanoseconds: reference.samples))
      #expect(Percentile.allCases.map { summary[$0] } == reference.percentiles.map { .nanoseconds($0) })
      #expect(summary.mean == .nanoseconds(Int(reference.mean.rounded())))
      #expect(summary.standardDeviation == .nanoseconds(Int(reference.deviation.rounded())))
      #expect(summary.count == reference.samples.count)
      #expect(summary.min == .nanoseconds(reference.samples.min() ?? 0))
      #expect(summary.max == .nanoseconds(reference.samples.max() ?? 0))
    }
  }

  @Test("Nothing measured, nothing summarised")
  func empty() {
    #expect(LatencySummary(nanoseconds: []) == nil)
  }

  @Test(
    "Latencies that no clock gives have a summary all the same",
    arguments: [
      [Int.max], [.max, .max], [.min, .max], [.min], [0, 0],
    ])
  func extreme(latencies: [Int]) throws {
    let summary = try #require(LatencySummary(nanoseconds: latencies))
    #expect(summary.min <= summary.mean && summary.mean <= summary.max && summary.standardDeviation >= .zero)
  }

  @Test("Every percentile is a latency that occurred, whatever the order of the samples")
  func nearestRank() throws {
    let summary = try #require(LatencySummary(nanoseconds: (1...1_000).reversed()))
    #expect(summary.p50 == .nanoseconds(500))
    #expect(summary.p90 == .nanoseconds(900))
    #expect(summary.p95 == .nanoseconds(950))
    #expect(summary.p99 == .nanoseconds(990))
    #expect(summary.p999 == .nanoseconds(999))
  }

  @Test("A p99 of 200 samples is given, but said to be unsupported")
  func support() throws {
    let few = try #require(LatencySummary(nanoseconds: Array(1...200)))
    #expect(few.p99 == .nanoseconds(198))
    #expect(!few.supports(.p99))
    #expect(few.supported == [.p50, .p90, .p95])
    let enough = try #require(LatencySummary(nanoseconds: Array(1...500)))
    #expect(enough.supports(.p99))
  }

  @Test("Latencies of hours are summarised without overflow")
  func large() throws {
    let hour = 3_600_000_000_000
    let summary = try #require(LatencySummary(nanoseconds: Array(repeating: hour, count: 10_000)))
    #expect(summary.mean == .seconds(3_600))
    #expect(summary.standardDeviation == .zero)
  }
}
