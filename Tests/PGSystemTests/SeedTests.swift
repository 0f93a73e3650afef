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
