import PGBenchCore
import Testing

@Suite("Gate")
struct GateTests {
  @Test("A gate says what it demands")
  func description() {
    #expect(
      Gate.notSlower(.async, than: .sync, by: .percent(10)).description
        == "async not slower than sync by more than 10 %")
    #expect(
      Gate.notSlower(.async, than: .sync, by: .percent(-5)).description
        == "async faster than sync by at least 5 %")
  }

  @Test("A gate that could never be decided is refused")
  func validation() throws {
    try Gate.notSlower(.async, than: .sync, by: .percent(10)).validate()
    #expect(throws: GateError.comparesWithItself(.sync)) {
      try Gate.notSlower(.sync, than: .sync, by: .percent(10)).validate()
    }
    #expect(throws: GateError.toleranceOutOfRange(-100)) {
      try Gate.notSlower(.async, than: .sync, by: .percent(-100)).validate()
    }
    #expect(throws: GateError.self) {
      try Gate.notSlower(.async, than: .sync, by: .percent(.nan)).validate()
    }
  }
}
