import Testing

@testable import PGStatistics

@Suite("Median")
struct MedianTests {
  @Test("It is the middle value, or the mean of the middle two, in any order")
  func middle() {
    #expect(Median.of([3]) == 3)
    #expect(Median.of([5, 1, 3]) == 3)
    #expect(Median.of([4, 1, 3, 2]) == 2.5)
  }

  @Test("Nothing has no middle")
  func nothing() {
    #expect(Median.of([]) == nil)
  }
}
