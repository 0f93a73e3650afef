import Testing

@testable import PGMeasuring

@Suite("Winsorising")
struct WinsorisingTests {
  private func series(_ variant: Variant, _ latencies: [Int], block: Int = 10) -> SampleSet.Series {
    let starts = stride(from: 0, to: latencies.count, by: block)
    return SampleSet.Series(
      variant: variant,
      blocks: starts.enumerated().map { round, start in
        Block(
          session: 0, round: round, operations: block,
          elapsed: latencies[start..<(start + block)].reduce(0, +))
      },
      latencies: latencies)
  }

  @Test("The slowest operations of each variant are cut down to one latency")
  func cut() throws {
    let samples = SampleSet(series: [
      series("a", Array(repeating: 100, count: 17) + [150, 5000, 7000]),
      series("b", Array(repeating: 200, count: 20)),
    ])
    let cut = samples.winsorised(share: 0.1)
    #expect(cut["a"]?.map(\.elapsed) == [1000, 7 * 100 + 3 * 150])
    #expect(cut["b"]?.map(\.elapsed) == [2000, 2000])
  }

  @Test("A variant that is slower in every operation stays so in full")
  func keepsDifference() throws {
    let samples = SampleSet(series: [
      series("a", Array(repeating: 100, count: 100)), series("b", Array(repeating: 110, count: 100)),
    ])
    let cut = samples.winsorised()
    #expect(cut["a"]?.reduce(0) { $0 + $1.elapsed } == 10_000)
    #expect(cut["b"]?.reduce(0) { $0 + $1.elapsed } == 11_000)
  }

  @Test("A variant whose operations all take a tenth longer, the slow ones too, stays a tenth slower")
  func proportional() throws {
    let latencies = (0..<1000).map { 1000 + $0 % 10 * 10 + ($0 % 50 == 0 ? 5000 : 0) }
    let samples = SampleSet(series: [series("a", latencies), series("b", latencies.map { $0 * 11 / 10 })])
    let cut = samples.winsorised()
    let totals = try ["a", "b"].map { try #require(cut[$0]).reduce(0) { $0 + $1.elapsed } }
    #expect(totals[0] < latencies.reduce(0, +))
    #expect(abs(Double(totals[1]) / Double(totals[0]) - 1.1) < 1e-9)
  }

  @Test("Blocks of several clients, whose time isn't the sum of latencies, stay as they are")
  func clients() {
    var one = series("a", Array(repeating: 100, count: 19) + [9000])
    one.blocks = one.blocks.map {
      Block(session: 0, round: $0.round, operations: 10, elapsed: $0.elapsed / 5)
    }
    #expect(SampleSet(series: [one]).winsorised(share: 0.1)["a"] == one.blocks)
  }

  @Test("Without samples nothing is cut")
  func nothing() {
    #expect(SampleSet(series: [SampleSet.Series(variant: "a")]).winsorised()["a"]?.isEmpty == true)
  }
}
