import Testing

@testable import PGReporting

@Suite("Digits")
struct DigitsTests {
  @Test(
    "of a number are those of its description",
    arguments: [0, 7, 10, 99, 100, 12_345, -1, -120, .max, .min])
  func decimal(_ number: Int) {
    var bytes: [UInt8] = []
    bytes.append(decimal: number)
    #expect(String(decoding: bytes, as: UTF8.self) == number.description)
  }

  @Test(
    "of nanoseconds are microseconds with three decimals",
    arguments: [(0, "0.000"), (7, "0.007"), (120, "0.120"), (1_234_567, "1234.567"), (-1_050, "-1.050")])
  func microseconds(_ nanoseconds: Int, text: String) {
    var bytes: [UInt8] = []
    bytes.append(microseconds: nanoseconds)
    #expect(String(decoding: bytes, as: UTF8.self) == text)
  }
}
