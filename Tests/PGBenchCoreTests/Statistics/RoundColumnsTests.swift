import PGMeasuring
import PGReporting
import PGStatistics
import Testing

@Suite("Blocks in columns")
struct RoundColumnsTests {
  private let columns = RoundColumns(
    session: [0, 0, 0, 7, 7, 0], round: [0, 1, 2, 0, 1, 3], operations: [10, 10, 10, 10, 0, 10],
    elapsed: [100, 300, 200, 400, 500, 600])

  @Test("Runs are the sessions in the order in which they ran")
  func runs() {
    #expect(columns.runs.map(\.session) == [0, 7, 0])
    #expect(columns.runs.map(\.places) == [0..<3, 3..<5, 5..<6])
  }

  @Test("The median is of the blocks in which anything ran, and there is none of none")
  func medians() {
    #expect(columns.medianTime(in: 0..<3) == 20)
    #expect(columns.medianTime(in: 0..<2) == 20)
    #expect(columns.medianTime(in: 3..<5) == 40)
    #expect(columns.medianTime(in: 4..<5) == nil && columns.medianTime(in: 8..<12) == nil)
  }

  @Test("A session's pace is all its operations ÷ all its time")
  func paces() {
    let paces: [Double] = [30.0 / 600, 10.0 / 900, 10.0 / 600]
    let logarithms = paces.map { Elementary.log($0) }
    #expect(columns.logPaces == logarithms)
  }

  @Test("Blocks of fewer operations, and what shorter columns lack, are left out")
  func blocks() {
    #expect(columns.blocks(ofAtLeast: 1, atMost: 9).map(\.elapsed) == [100, 300, 200, 400, 600])
    #expect(columns.blocks(ofAtLeast: 1, atMost: 2).count == 2)
    let short = RoundColumns(session: [1, 1], round: [0], operations: [3, 1, 2], elapsed: [9, 9])
    #expect(short.count == 1 && short.leastOperations == 3)
    #expect(RoundColumns(session: [], round: [], operations: [], elapsed: []).leastOperations == nil)
  }
}
