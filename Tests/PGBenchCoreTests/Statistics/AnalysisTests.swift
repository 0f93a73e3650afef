import PGMeasuring
import PGStatistics
import Testing

@Suite("Analysis")
struct AnalysisTests {
  private func samples(_ times: [Variant: Int], rounds: Int = 4) -> SampleSet {
    SampleSet(
      series: times.keys.sorted { $0.name < $1.name }.map { variant in
        let time = times[variant] ?? 0
        return SampleSet.Series(
          variant: variant,
          blocks: (0..<rounds).map { Block(session: 0, round: $0, operations: 10, elapsed: time * 10) },
          latencies: Array(repeating: time, count: rounds * 10))
      })
  }

  @Test("Operations per second are operations by wall time, counted as the workload says")
  func rates() throws {
    let samples = samples(["a": 1_000, "b": 2_000])
    #expect(try Analysis(of: samples)["a"]?.operationsPerSecond == 1_000_000)
    #expect(try Analysis(of: samples)["b"]?.operationsPerSecond == 500_000)
    #expect(try Analysis(of: samples, operationsCounted: 2)["b"]?.operationsPerSecond == 1_000_000)
    #expect(try Analysis(of: samples)["b"]?.latency.p50 == .microseconds(2))
  }

  @Test("Every variant is compared with the first, further pairs on demand, none twice")
  func pairs() throws {
    let (a, b, c): (Variant, Variant, Variant) = ("a", "b", "c")
    let samples = samples([a: 1_000, b: 2_000, c: 4_000])
    let analysis = try Analysis(
      of: samples, comparing: [VariantPair(a, against: b), VariantPair(c, against: b)])
    #expect(
      analysis.comparisons.map(\.pair) == [
        VariantPair(b, against: a), VariantPair(c, against: a), VariantPair(c, against: b),
      ])
    let ratio = try #require(analysis.estimate(of: VariantPair(a, against: b))?.ratio)
    #expect(abs(ratio - 0.5) < 1e-12)
    #expect(analysis.estimate(of: VariantPair("x", against: b)) == nil)
  }

  @Test("Too few rounds leave a reason in place of a comparison")
  func missing() throws {
    let analysis = try Analysis(of: samples(["a": 1_000, "b": 2_000], rounds: 1))
    #expect(analysis.comparisons.isEmpty)
    #expect(analysis.missing.map(\.pair) == [VariantPair("b", against: "a")])
    #expect(analysis.missing.first?.reason.contains("longer budget") == true)
  }

  @Test("A variant without samples is an error that names it")
  func nothingMeasured() {
    var samples = samples(["a": 1_000, "b": 2_000])
    samples.series[1].latencies = []
    #expect(throws: AnalysisError.nothingMeasured("b")) { try Analysis(of: samples) }
  }

  @Test("A pair with an unknown variant is an error that lists the known ones")
  func unknown() {
    let samples = samples(["a": 1_000, "b": 2_000])
    let error = #expect(throws: AnalysisError.self) {
      try Analysis(of: samples, comparing: [VariantPair("asink", against: "b")])
    }
    #expect(error?.description.contains("no variant called asink. It has a, b") == true)
  }
}
