package import PGStatistics

/// How numbers look to people, the same in every table, report and message.
package enum Format {
  /// A duration with three significant digits: `870 ns`, `23.9 µs`, `1.24 ms`, `12.0 s`.
  package static func duration(_ duration: Duration) -> String {
    let nanoseconds = duration.wholeNanoseconds
    if nanoseconds.magnitude < 1000 { return "\(nanoseconds) ns" }
    let (value, unit) = scaled(Double(nanoseconds), ["ns", "µs", "ms", "s"])
    return "\(fixed(value, places: significantPlaces(value))) \(unit)"
  }

  /// Operations per second with thousands separators: `41,732`, and `8.25` when there are few.
  package static func rate(_ operationsPerSecond: Double) -> String {
    fixed(operationsPerSecond, places: significantPlaces(operationsPerSecond))
  }

  /// A whole number with thousands separators.
  package static func count(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var grouped = number < 0 ? "−" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
      grouped.append(digit)
    }
    return grouped
  }

  /// A number of things: `1 round`, `2 rounds`.
  package static func amount(_ number: Int, _ noun: String) -> String {
    "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// A ratio of times: `1.134`.
  package static func ratio(_ estimate: RatioEstimate) -> String {
    fixed(estimate.ratio, places: percentPlaces(estimate) + 2)
  }

  /// The interval of a ratio: `1.121 to 1.147`.
  package static func ratioInterval(_ estimate: RatioEstimate) -> String {
    let places = percentPlaces(estimate) + 2
    return "\(fixed(estimate.low, places: places)) to \(fixed(estimate.high, places: places))"
  }

  /// A confidence: `95 %`.
  package static func confidence(_ confidence: Double) -> String {
    "\(shortest(confidence * 100, places: 3)) %"
  }

  /// A ratio with as many decimals as show a width with about two digits, and at least two: `1.134`.
  package static func decimals(_ ratio: Double, like width: Double) -> String {
    fixed(ratio, places: places(like: width))
  }

  private static func places(like width: Double) -> Int {
    width < 0.002 ? 5 : width < 0.02 ? 4 : width < 0.2 ? 3 : 2
  }

  /// The end of a ratio's interval that is nearer to 1, for "at least" and "at most": rounded towards 1, with
  /// as many decimals as tell it from 1.
  package static func bound(_ ratio: Double, like width: Double) -> String {
    func text(_ places: Int) -> String { fixed(ratio, places: places, rule: ratio < 1 ? .up : .down) }
    return text((places(like: width)...5).first { text($0) != fixed(1, places: $0) } ?? 6)
  }

  /// A fraction as per cent with two significant digits: `0.34 %`.
  package static func percent(_ fraction: Double) -> String {
    let percent = abs(fraction * 100)
    return "\(fixed(fraction * 100, places: percent < 0.995 ? 2 : percent < 9.95 ? 1 : 0)) %"
  }

  /// By how much something changed at least, as per cent with two significant digits, rounded down.
  package static func least(_ fraction: Double) -> String {
    let percent = abs(fraction * 100)
    return
      "\(fixed(percent, places: percent < 0.1 ? 3 : percent < 1 ? 2 : percent < 10 ? 1 : 0, rule: .down)) %"
  }

  /// A fraction as per cent with its sign and two decimals: `+0.34 %`.
  package static func signedPercent(_ fraction: Double) -> String {
    "\(signedPercent(fraction, places: 2)) %"
  }

  /// An error rate as per cent with two significant digits: `0.0031 %`.
  package static func errorRate(_ rate: Double) -> String {
    let percent = rate * 100
    guard percent > 0 else { return "0 %" }
    guard percent >= 1e-6 else { return "less than 0.000001 %" }
    var places = 1
    var least = 1.0
    while percent < least, places < 8 {
      places += 1
      least /= 10
    }
    return "\(shortest(percent, places: places)) %"
  }

  /// A metric's figure in its unit: `12.3 µs`, `3.47 kB`, `6`.
  package static func metric(_ value: Double, _ unit: Metric.Unit) -> String {
    switch unit {
    case .nanoseconds:
      return value.magnitude < 1e18 ? duration(.nanoseconds(Int(value.rounded()))) : "–"
    case .count: return shortest(value, places: value.magnitude < 100 ? 2 : 0)
    case .bytes:
      let (value, unit) = scaled(value, ["B", "kB", "MB", "GB"])
      return "\(shortest(value, places: significantPlaces(value))) \(unit)"
    }
  }

  /// A share: `34 %`.
  package static func share(_ fraction: Double) -> String { "\(fixed(fraction * 100, places: 0)) %" }

  /// A value in the largest of the units, each a thousand times the one before, in which it has a digit
  /// before the point.
  private static func scaled(_ value: Double, _ units: [String]) -> (value: Double, unit: String) {
    var value = value
    var place = 0
    while place + 1 < units.count, abs(value) >= 999.5 {
      value /= 1000
      place += 1
    }
    return (value, units[place])
  }

  /// As many decimals as make three significant digits.
  private static func significantPlaces(_ value: Double) -> Int {
    abs(value) < 9.995 ? 2 : abs(value) < 99.95 ? 1 : 0
  }

  /// As many decimals of a per cent as show the width of the interval with about two digits.
  private static func percentPlaces(_ estimate: RatioEstimate) -> Int {
    let width = (estimate.high - estimate.low) * 100
    return width < 0.2 ? 3 : width < 2 ? 2 : width < 20 ? 1 : 0
  }

  private static func signedPercent(_ fraction: Double, places: Int) -> String {
    let text = fixed(fraction * 100, places: places)
    let isZero = !text.contains { "123456789–".contains($0) }
    return isZero || text.hasPrefix("−") ? text : "+" + text
  }

  private static func shortest(_ value: Double, places: Int) -> String {
    var text = fixed(value, places: places)
    while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") {
      text.removeLast()
      if !text.contains(".") { break }
    }
    return text
  }

  /// A number rounded to so many decimals, with thousands separators; `–` for what is no number.
  package static func fixed(
    _ value: Double, places: Int, rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero
  ) -> String {
    let scale = (0..<places).reduce(1) { power, _ in power * 10 }
    let scaled = (value.magnitude * Double(scale)).rounded(rule)
    guard scaled < 1e18 else { return "–" }
    let (whole, rest) = Int(scaled).quotientAndRemainder(dividingBy: scale)
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard places > 0 else { return sign + count(whole) }
    let decimals = String(String(scale + rest).dropFirst())
    return "\(sign)\(count(whole)).\(decimals)"
  }
}

/// Texts that come from elsewhere, such as the names of tests, made fit for a line of a terminal or of a
/// file.
package enum Printable {
  /// A text in one line, without anything that would act on a terminal or turn the text around.
  ///
  /// Line breaks and tabs become spaces; other control characters, and those that change the direction of
  /// writing, are written as `\u{1B}`.
  package static func line(_ text: String) -> String {
    // A line break of two characters is one.
    written(text.replacing("\r\n", with: "\n")) { _ in " " }
  }

  /// The same for a name, in which line breaks and tabs are seen, for names that differ by them alone are not
  /// the same.
  package static func name(_ text: String) -> String { written(text) { $0.escaped(asASCII: true) } }

  /// The same for a text of several lines, whose line breaks stay.
  package static func lines(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { line(String($0)) }
      .joined(separator: "\n")
  }

  /// A text with its line breaks and tabs written in a way, and without what acts on a terminal.
  private static func written(_ text: String, _ written: (Unicode.Scalar) -> String) -> String {
    guard text.unicodeScalars.contains(where: { isBreak($0) || isHarmful($0) }) else { return text }
    return text.unicodeScalars.reduce(into: "") { line, scalar in
      if isBreak(scalar) {
        line += written(scalar)
      } else if isHarmful(scalar) {
        line += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Controls, the marks, embeddings and isolates of bidirectional text, what is not seen at all, and what no
  /// text may hold.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0xAD, 0x061C, 0x200B, 0x200E...0x200F, 0x202A...0x202E, 0x2060...0x2069,
      0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }
}
