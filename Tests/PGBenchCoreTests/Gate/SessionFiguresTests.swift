import PGMeasuring
import Testing

@testable import PGVerdicts

@Suite("Session figures")
struct SessionFiguresTests {
  private var series: SampleSet.Series {
    var series = SampleSet.Series(variant: .sync)
    for session in 0..<2 {
      for round in 0..<2 {
        series.add(
          Block(session: session, round: round, operations: 4, elapsed: 400 + 100 * session),
          latencies: [10, 20, 30, 340 + 100 * session])
      }
    }
    return series
  }

  @Test("The whole time is of all that ran: lead-ins, rounds that were taken again, nothing cut")
  func whole() {
    var series = series
    #expect(series.wholeTimes == [100, 125])
    series.add(uncompared: Block(session: 1, round: 0, operations: 2, elapsed: 9_000))
    series.add(uncompared: Block(session: 1, round: 0, operations: 0, elapsed: 0))
    #expect(series.wholeTimes == [100, 1000])
  }

  @Test("Of a single session each block has a whole time and slow operations of its own")
  func single() {
    var single = SampleSet.Series(variant: .sync)
    for (block, slow) in [(0, 50), (1, 10)] {
      single.add(Block(session: 0, round: block, operations: 2, elapsed: 10 + slow), latencies: [10, slow])
    }
    #expect(single.wholeTimes == [30, 10])
    #expect(SlowOperations.ofEachThousand(in: single, from: 20) == [500, 0])
  }

  @Test("Slow operations are told session by session, of a thousand, and are longer than the latency")
  func slow() {
    #expect(SlowOperations.ofEachThousand(in: series, from: 340) == [0, 250])
    #expect(SlowOperations.ofEachThousand(in: series, from: 19) == [750, 750])
  }

  @Test("What counts for two sides only is refused of one")
  func sides() {
    for quantity in [Quantity.slowSessions, .disturbedBlocks] {
      #expect(throws: GateRefusal.self) {
        try SessionFigures.values(of: quantity, in: series, comparable: [])
      }
    }
  }
}
