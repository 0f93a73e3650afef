import Testing

@testable import PGMeasuring

@Suite("A suspension of the process")
struct SuspensionTests {
  private func blocks(_ elapsed: Int, count: Int = 5) -> [Block] {
    (0..<count).map { Block(session: 0, round: $0, operations: 10, elapsed: elapsed) }
  }

  @Test("is a block of many times the others' time, and long")
  func seen() {
    #expect(Suspension.isOne(500_000_000, operations: 10, after: blocks(2_000_000)))
    #expect(Suspension.isOne(11_000_000_000, operations: 10, after: blocks(1_000_000_000)))
  }

  @Test("is not an interruption, nor a slow operation")
  func notSeen() {
    #expect(!Suspension.isOne(90_000_000, operations: 10, after: blocks(2_000_000)))
    #expect(!Suspension.isOne(9_000_000_000, operations: 10, after: blocks(1_000_000_000)))
  }

  @Test("is told by the time of an operation, as blocks may be of other lengths")
  func otherLength() {
    #expect(!Suspension.isOne(500_000_000, operations: 1000, after: blocks(2_000_000)))
    #expect(Suspension.isOne(500_000_000, operations: 20, after: blocks(2_000_000)))
  }

  @Test("is not seen before there is something to compare with")
  func early() {
    #expect(!Suspension.isOne(500_000_000, operations: 10, after: blocks(2_000_000, count: 4)))
  }
}
