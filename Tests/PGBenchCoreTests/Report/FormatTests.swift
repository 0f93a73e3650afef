import PGMeasuring
import PGStatistics
import Testing

@Suite("Format")
struct FormatTests {
  @Test(
    "Durations have three significant digits and the unit that suits them",
    arguments: [
      (0, "0 ns"), (7, "7 ns"), (999, "999 ns"), (1_000, "1.00 µs"), (1_239, "1.24 µs"), (9_994, "9.99 µs"),
      (9_996, "10.0 µs"), (23_940, "23.9 µs"), (99_960, "100 µs"), (999_400, "999 µs"), (999_600, "1.00 ms"),
      (12_345_678, "12.3 ms"), (2_000_000_000, "2.00 s"), (3_600_000_000_000, "3,600 s"),
      (-1_500, "−1.50 µs"),
    ])
  func durations(nanoseconds: Int, text: String) {
    #expect(Format.duration(.nanoseconds(nanoseconds)) == text)
  }

  @Test("The least and the greatest durations are written like others")
  func extremes() {
    #expect(Format.duration(.nanoseconds(Int.min)) == "−9,223,372,037 s")
    #expect(Format.duration(.seconds(Int64.max)) == "9,223,372,037 s")
    #expect(Format.duration(.seconds(Int64.min)) == "−9,223,372,037 s")
  }

  @Test(
    "Rates are grouped by thousands, and have decimals only when small",
    arguments: [
      (0.125, "0.13"), (8.25, "8.25"), (41.73, "41.7"), (999.6, "1,000"), (41_732.4, "41,732"),
      (1_234_567.8, "1,234,568"), (.infinity, "–"),
    ])
  func rates(rate: Double, text: String) {
    #expect(Format.rate(rate) == text)
  }

  @Test(
    "Counts are grouped by thousands",
    arguments: [(0, "0"), (999, "999"), (100_000, "100,000"), (-1_000, "−1,000")])
  func counts(count: Int, text: String) {
    #expect(Format.count(count) == text)
  }

  private func estimate(_ low: Double, _ ratio: Double, _ high: Double) -> RatioEstimate {
    RatioEstimate(ratio: ratio, low: low, high: high, confidence: 0.95, sessions: 8, rounds: 160)
  }

  @Test("A ratio has as many digits as its interval")
  func ratios() {
    let usual = estimate(1.121, 1.134, 1.147)
    #expect(Format.ratio(usual) == "1.134")
    #expect(Format.ratioInterval(usual) == "1.121 to 1.147")
    let narrow = estimate(0.98, 0.9804, 0.9808)
    #expect(Format.ratio(narrow) == "0.98040" && Format.ratioInterval(narrow) == "0.98000 to 0.98080")
    let wide = estimate(0.8, 1, 1.25)
    #expect(Format.ratio(wide) == "1.00" && Format.ratioInterval(wide) == "0.80 to 1.25")
  }

  @Test(
    "What something is at least, or at most, is rounded towards no difference, and is told from none",
    arguments: [
      (1.036988, 0.019, "1.0369"), (1.03951, 0.1, "1.039"), (1.0002, 0.02, "1.0002"), (1.2, 0.3, "1.20"),
      (0.950245, 0.011, "0.9503"), (0.9998, 0.02, "0.9998"), (0.7, 0.3, "0.70"), (1, 0.02, "1.000000"),
      (1.11, 0.05, "1.110"), (1.1012, 0.05, "1.101"),
    ])
  func bounds(ratio: Double, width: Double, text: String) {
    #expect(Format.bound(ratio, like: width) == text)
  }

  @Test(
    "A least change is rounded down",
    arguments: [
      (0.208, "20 %"), (-0.0519, "5.1 %"), (0.0099, "0.99 %"), (0.00004, "0.004 %"), (0, "0.000 %"),
    ])
  func least(change: Double, text: String) {
    #expect(Format.least(change) == text)
  }

  @Test("Names that differ by what isn't seen are told apart, and line breaks are seen")
  func names() {
    #expect(
      ["a b", "a\nb", "a\tb", "a\r\nb", "a\u{200B}b", "a\u{AD}b", "a\u{2060}b"].map(Printable.name) == [
        "a b", "a\\nb", "a\\tb", "a\\r\\nb", "a\\u{200B}b", "a\\u{AD}b", "a\\u{2060}b",
      ])
    #expect(["a\u{2028}b", "a\u{B}b"].map(Printable.name) == ["a\\u{2028}b", "a\\u{0B}b"])
    // Of a line each is a space, and a line break of two characters is one.
    #expect(["a\r\nb", "a\ra\nb", "a\r\r\nb"].map(Printable.line) == ["a b", "a a b", "a  b"])
    #expect(Printable.name("👨‍👩‍👧") == "👨‍👩‍👧")
  }

  @Test("Confidences and limits are written without idle digits")
  func shortest() {
    #expect(Format.confidence(0.95) == "95 %")
    #expect(Format.confidence(0.9975) == "99.75 %")
    #expect(Format.errorRate(0.01) == "1 %")
    #expect(Format.errorRate(0.000033) == "0.0033 %" && Format.errorRate(0.0001) == "0.01 %")
    #expect(Format.errorRate(0.014) == "1.4 %" && Format.errorRate(0.005) == "0.5 %")
    #expect(Format.errorRate(1e-12) == "less than 0.000001 %" && Format.errorRate(0) == "0 %")
    #expect(Format.percent(0.0034) == "0.34 %")
    #expect(Format.percent(0.123) == "12 %")
  }
}
