package import PGStatistics

/// Latencies by percentile, on HdrHistogram's axis: 1 ÷ (1 − p), logarithmic, on which 90 %, 99 % and 99.9 %
/// are equally far apart (its outputPercentileDistribution writes them, its plotFiles.html draws them).
package struct LatencyChart: Sendable, Hashable {
  /// The latencies of a variant.
  package struct Series: Sendable, Hashable {
    /// What it is called.
    package let name: String
    /// How it looks.
    package let look: ChartStyle.Look
    /// Its latencies.
    package let latency: LatencySummary

    /// Makes a series.
    package init(_ name: String, _ look: ChartStyle.Look, _ latency: LatencySummary) {
      self.name = name
      self.look = look
      self.latency = latency
    }
  }

  private let series: [Series]

  /// Makes a chart.
  package init(_ series: [Series]) { self.series = series }

  /// How to read it.
  package static let guide = """
    A point says how many of a hundred operations took at most so long: at 99 %, one in a hundred took \
    longer. The axis makes room for the slow ones: each step to the right is a tenth as many operations. A \
    line ends at the highest percentile that has five samples or more beyond it. A lower line is faster.
    """

  /// Draws the chart.
  package func chart(name: String, title: String, summary: String, guide: String = guide) -> Chart {
    let lines = series.map { one in
      LineChart.Series(
        one.name, one.look,
        one.latency.supported.map { percentile in
          LineChart.Point(
            Self.place(of: percentile), Double(one.latency[percentile].wholeNanoseconds),
            note: percentile.label)
        })
    }
    let values = lines.flatMap(\.points).map(\.y).filter { $0 > 0 }
    let isWide = (values.max() ?? 1) > 8 * (values.min() ?? 1)
    let supported = Percentile.allCases.filter { one in series.contains { $0.latency.supports(one) } }
    let names = supported.map { percentile in
      ChartAxis.Name(Self.place(of: percentile), "\(percentile.label.dropFirst()) %")
    }
    let what = "latency of a run of the body"
    let chart = LineChart(
      lines, x: .logarithmic("percentile of the operations", .number(""), names: names),
      y: isWide ? .logarithmic("\(what), logarithmic", .duration) : .linear(what, .duration, fromZero: true))
    return chart.chart(name: name, title: title, summary: summary, guide: guide)
  }

  /// 1 ÷ (1 − p).
  private static func place(of percentile: Percentile) -> Double {
    1000 / Double(max(1, 1000 - percentile.permille))
  }
}
