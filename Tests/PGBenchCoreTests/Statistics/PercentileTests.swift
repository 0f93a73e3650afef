import PGStatistics
import Testing

@Suite("Percentile")
struct PercentileTests {
  @Test("The rank is the nearest: the smallest with the share at or below it")
  func ranks() {
    #expect(Percentile.p50.rank(of: 1) == 0)
    #expect(Percentile.p50.rank(of: 2) == 0)
    #expect(Percentile.p50.rank(of: 3) == 1)
    #expect(Percentile.p90.rank(of: 10) == 8)
    #expect(Percentile.p99.rank(of: 100) == 98)
    #expect(Percentile.p99.rank(of: 101) == 99)
    #expect(Percentile.p999.rank(of: 1_000) == 998)
    #expect(Percentile.p999.rank(of: 10) == 9)
  }

  @Test("Five samples must be expected beyond it")
  func samplesNeeded() {
    #expect(Percentile.allCases.map(\.samplesNeeded) == [10, 50, 100, 500, 5_000])
  }

  @Test("p99.9 is written with its point")
  func labels() {
    #expect(Percentile.allCases.map(\.label) == ["p50", "p90", "p95", "p99", "p99.9"])
  }
}
