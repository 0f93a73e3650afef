import Testing

@testable import PGSystem

@Suite("Seed")
struct SeedTests {
  @Test("Derived seeds are FNV-1a of the seed's bytes and the label, as computed elsewhere")
  func derived() {
    #expect(Seed(42).derived("Users") == Seed(8_025_204_444_714_919_677))
    #expect(Seed(42).derived(7) == Seed(16_532_379_192_158_078_952))
  }

  @Test("Labels and seeds that differ give streams that differ")
  func distinct() {
    let labels = (0..<1000).map { Seed(1).derived("case \($0)") }
    let indices = (-500..<500).map { Seed(1).derived($0) }
    let seeds = (0..<1000).map { Seed($0).derived("case") }
    #expect(Set(labels + indices + seeds).count == 3000)
  }

  @Test("A seed is read back from its digits, and from nothing else")
  func text() {
    #expect(Seed("18446744073709551615") == Seed(.max))
    #expect(Seed(Seed(7).description) == Seed(7))
    for bad in ["", "x", "-1", "1.5", "18446744073709551616"] { #expect(Seed(bad) == nil) }
  }
}

@Suite("SeededGenerator")
struct SeededGeneratorTests {
  @Test("The numbers are those of the published SplitMix64")
  func knownNumbers() {
    var generator = SeededGenerator(seed: 1_234_567)
    let numbers = (0..<5).map { _ in generator.next() }
    #expect(
      numbers == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test("Bounded numbers stay below the bound and come equally often")
  func bounded() {
    var generator = Seed(5).generator
    var counts = [0, 0, 0, 0, 0, 0, 0]
    for _ in 0..<70_000 { counts[generator.number(below: 7)] += 1 }
    // 10,000 each are expected, with a standard deviation of 93.
    #expect(counts.allSatisfy { (9_600...10_400).contains($0) })
  }

  @Test("There is one number below a bound of 1, and no crash below that", arguments: [1, 0, -3])
  func degenerate(bound: Int) {
    var generator = Seed(5).generator
    #expect(generator.number(below: bound) == 0)
  }

  @Test("All permutations of three come equally often")
  func permutations() {
    var generator = Seed(6).generator
    var counts: [[Int]: Int] = [:]
    for _ in 0..<6_000 { counts[generator.permutation(of: 3), default: 0] += 1 }
    #expect(counts.count == 6)
    #expect(counts.values.allSatisfy { (850...1_150).contains($0) })
  }
}
