import PGBenchKit
import Testing

@Suite("Operation counts")
struct OperationCountTests {
  @Test("A count reads with its thousands separated")
  func description() {
    #expect(OperationCount(7).description == "7")
    #expect(OperationCount(10_000).testDescription == "10,000 operations")
    #expect((1_234_567 as OperationCount).description == "1,234,567")
  }

  @Test("A count below 1 stays what it is, so that its case can refuse it", arguments: [0, -5])
  func least(value: Int) {
    #expect(OperationCount(value).value == value)
    #expect(OperationCount.sweep([value, 10]).map(\.value) == [value, 10])
  }

  @Test("A sweep of nothing is one of 0, which its case refuses")
  func nothing() {
    #expect(OperationCount.sweep([]).map(\.value) == [0])
  }

  @Test("A sweep has at least one count, all within the profile")
  func sweep() {
    let counts = OperationCount.sweep(10...1_000)
    #expect(!counts.isEmpty)
    #expect(counts.allSatisfy { (10...1_000).contains($0.value) })
  }

  @Test("A range without a rung of the ladder is its upper end")
  func narrow() {
    #expect(OperationCount.sweep(3...7).map(\.value) == [7])
  }
}
