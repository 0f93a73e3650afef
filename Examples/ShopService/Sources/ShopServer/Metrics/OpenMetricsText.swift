/// Writes metrics in the text format of OpenMetrics 1.0.
struct OpenMetricsText {
  static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  /// The kinds of metrics that are written here.
  enum Kind: String {
    case counter, gauge, histogram
  }

  private var lines: [String] = []

  /// The text so far, with its end.
  var text: String { (lines + ["# EOF"]).joined(separator: "\n") + "\n" }

  /// Begins a family of metrics.
  mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String) {
    lines.append("# TYPE \(name) \(kind.rawValue)")
    if let unit { lines.append("# UNIT \(name) \(unit)") }
    lines.append("# HELP \(name) \(help)")
  }

  /// Adds a sample.
  mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
    let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    lines.append(pairs.isEmpty ? "\(name) \(value)" : "\(name){\(pairs)} \(value)")
  }

  /// Adds the samples of a histogram, whose buckets hold all that is below their bound.
  mutating func histogram(_ name: String, _ labels: [(name: String, value: String)], _ histogram: Histogram) {
    var total = 0
    for (index, count) in histogram.counts.enumerated() {
      total += count
      let bound = index < Histogram.bounds.count ? "\(Histogram.bounds[index])" : "+Inf"
      sample("\(name)_bucket", labels + [("le", bound)], "\(total)")
    }
    sample("\(name)_count", labels, "\(total)")
    sample("\(name)_sum", labels, "\(histogram.sum)")
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }
}
