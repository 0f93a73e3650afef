import PGMeasuring

/// Texts of charts: how wide they are, and how they are cut short.
enum Label {
  /// How wide a column of text is in a chart's units: a little more than most letters are, as fonts differ.
  private static let columnWidth = 7.8

  /// How many times as wide bold letters are.
  private static let boldness = 1.15

  /// How wide a text is.
  static func width(_ text: String) -> Double {
    Double(DisplayWidth.of(Printable.line(text))) * columnWidth
  }

  /// A text cut short with an ellipsis, so that it is at most so wide.
  static func shortened(_ text: String, width: Double, isBold: Bool = false) -> String {
    // What is far too long is cut before it is looked at letter by letter.
    let line = Printable.line(text.count > 500 ? String(text.prefix(500)) : text)
    let columns = max(2, Int(width / columnWidth / (isBold ? boldness : 1)))
    guard DisplayWidth.of(line) > columns else { return line }
    return DisplayWidth.prefix(of: line, columns: columns - 1) + "…"
  }

  /// A text for a tooltip or a description: 300 characters at most.
  static func long(_ text: String) -> String {
    text.count > 300 ? "\(text.prefix(299))…" : text
  }
}

/// What an axis is marked with, and how its values read.
package enum ChartUnit: Sendable, Hashable {
  /// Numbers, with what stands behind them in words, such as `ops/s`; the axis's title says what they are.
  case number(String)
  /// Nanoseconds, shown in the largest unit that fits.
  case duration
  /// A ratio.
  case ratio

  /// A value with its unit, rounded to what the width of its interval supports.
  func figure(_ value: Double, width: Double? = nil) -> String {
    switch self {
    case .number(let unit):
      let isWhole = value == value.rounded() && value.magnitude < 1e15
      let plain = isWhole ? Format.count(Int(value)) : Format.rate(value)
      let text = width.flatMap { Self.rounded(value, width: $0) } ?? plain
      return unit.isEmpty ? text : "\(text) \(unit)"
    case .duration: return Format.metric(value, .nanoseconds)
    case .ratio: return Format.decimals(value, like: width ?? 0.01)
    }
  }

  /// A value with its interval: `5,190 ops/s (5,100 to 5,280)`.
  func figure(_ value: Double, low: Double?, high: Double?) -> String {
    guard let low, let high, low.isFinite, high.isFinite else { return figure(value) }
    let width = high - low
    let ends = [low, high].map { end -> String in
      if case .number = self { return ChartUnit.number("").figure(end, width: width) }
      return figure(end, width: width)
    }
    return "\(figure(value, width: width)) (\(ends[0]) to \(ends[1]))"
  }

  /// A number with the digits that the width of its interval supports: the width has two of them.
  ///
  /// nil where either is no finite number, or too large.
  private static func rounded(_ value: Double, width: Double) -> String? {
    guard width > 0, width.isFinite, value.magnitude < 1e15 else { return nil }
    var places = 6
    var quantum = 1e-6
    while quantum * 100 <= width, quantum < 1e12 {
      quantum *= 10
      places -= 1
    }
    return Format.fixed((value / quantum).rounded() * quantum, places: max(0, places))
  }

  /// The marks of an axis in words, and the unit that they are in, if it isn't said by each.
  func labels(of scale: Scale) -> (texts: [String], unit: String?) {
    let ticks = scale.ticks
    let greatest = ticks.map(\.magnitude).max() ?? 0
    switch self {
    case .duration where scale.kind == .linear || greatest < 1000:
      let units = [(1.0, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")]
      let (divisor, name) = units.last { $0.0 <= greatest } ?? units[0]
      return (Self.texts(ticks.map { $0 / divisor }), name)
    case .duration: return (ticks.map { Self.compact(Format.metric($0, .nanoseconds)) }, nil)
    case .ratio: return (Self.texts(ticks), nil)
    case .number where scale.kind == .logarithmic:
      return (ticks.flatMap { Self.texts([$0]) }, nil)
    case .number: return (Self.texts(ticks), nil)
    }
  }

  /// Without zeros behind the point: `20 µs` for `20.0 µs`.
  private static func compact(_ text: String) -> String {
    guard let space = text.firstIndex(of: " "), text.contains(".") else { return text }
    var number = text[..<space]
    while number.hasSuffix("0") { number = number.dropLast() }
    if number.hasSuffix(".") { number = number.dropLast() }
    return String(number + text[space...])
  }

  /// Numbers with as many decimals as all of them need; thousands as `k`, where there are many.
  private static func texts(_ numbers: [Double]) -> [String] {
    let greatest = numbers.map(\.magnitude).max() ?? 0
    let scales = [(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"), (1e12, "T")]
    let (divisor, suffix) = greatest < 1000 ? scales[0] : scales.last { $0.0 <= greatest } ?? scales[0]
    let values = numbers.map { $0 / divisor }
    let places =
      (0..<6).first { places in
        let power = (0..<places).reduce(1.0) { power, _ in power * 10 }
        return values.allSatisfy { (($0 * power).rounded() - $0 * power).magnitude < 1e-6 }
      } ?? 6
    return values.map { value in
      let text = Format.fixed(value, places: places)
      return value == 0 ? "0" : text + suffix
    }
  }
}
