import PGSystem
import Testing

@testable import PGStatistics

@Suite("RadixSort")
struct RadixSortTests {
  private func numbers(_ count: Int, below bound: Int, from least: Int = 0) -> [Int] {
    var generator = Seed(2024).derived(count).derived(bound).generator
    return (0..<count).map { _ in least &+ generator.number(below: bound) }
  }

  @Test(
    "It sorts as the standard library does, few numbers and many, of few digits and of many",
    arguments: [0, 1, 999, 1_000, 1_001, 50_000], [1, 2, 2_048, 2_049, 1 << 22, 1 << 33, .max])
  func sorts(count: Int, bound: Int) {
    let numbers = numbers(count, below: bound)
    #expect(RadixSort.sorted(numbers) == numbers.sorted())
  }

  @Test("Numbers below 0, and the least and the greatest that there are, find their places")
  func extremes() {
    let few = numbers(5_000, below: 10_000, from: -5_000)
    #expect(RadixSort.sorted(few) == few.sorted())
    let all = few + [.max, .min, 0, .min, .max] + numbers(5_000, below: .max, from: .min)
    #expect(RadixSort.sorted(all) == all.sorted())
  }

  @Test("Equal numbers, and numbers in order or in reverse, come out in order")
  func ordered() {
    #expect(RadixSort.sorted(Array(repeating: 7, count: 2_000)) == Array(repeating: 7, count: 2_000))
    #expect(RadixSort.sorted(Array(0..<5_000)) == Array(0..<5_000))
    #expect(RadixSort.sorted((0..<5_000).reversed()) == Array(0..<5_000))
  }
}
