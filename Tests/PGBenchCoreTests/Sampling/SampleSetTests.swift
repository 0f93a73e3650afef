import PGBenchCore
import Testing

@Suite("SampleSet")
struct SampleSetTests {
  @Test("A variant's samples are found by its name")
  func lookUp() {
    let samples = SampleSet(series: [.init(variant: .sync), .init(variant: .async, latencies: [5])])
    #expect(samples.variants == [.sync, .async])
    #expect(samples[.async]?.latencies == [5])
    #expect(samples["other"] == nil)
  }

  @Test("A block's statistic is its wall time for each operation")
  func timePerOperation() {
    #expect(Block(session: 0, round: 0, operations: 50, elapsed: 1_000).timePerOperation == 20)
    #expect(Block(session: 0, round: 0, operations: 0, elapsed: 1_000).timePerOperation == nil)
    #expect(Block(session: 0, round: 0, operations: 50, elapsed: 0).timePerOperation == nil)
  }
}
