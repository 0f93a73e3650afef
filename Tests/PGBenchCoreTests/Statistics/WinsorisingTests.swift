import Testing

@testable import PGBenchCore

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

  @Test("The slowest operations of all variants together are cut down to one latency")
  func cut() throws {
    let samples = SampleSet(series: [
      series("a", Array(repeating: 100, count: 18) + [5000, 7000]),
      series("b", Array(repeating: 200, count: 20)),
    ])
    let cut = samples.winsorised(share: 0.05)
    #expect(cut["a"]?.map(\.elapsed) == [1000, 8 * 100 + 2 * 200])
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
