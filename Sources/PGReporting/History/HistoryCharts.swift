import PGMeasuring
import PGStatistics

/// The charts of a history: one of each ratio that changed.
enum HistoryCharts {
  /// The most charts that a page has; the table has all changes.
  static let greatestCount = 30

  static func charts(of history: History, _ words: HistoryWords) -> [Chart] {
    history.changed.prefix(greatestCount).enumerated().map { number, series in
      let points = series.points.map {
        LineChart.Point(
          Double($0.run + 1), $0.estimate.ratio, low: $0.estimate.low, high: $0.estimate.high,
          note: words.label($0.run))
      }
      let markers = series.changes.compactMap { change in
        change.run.map { LineChart.Marker(Double($0 + 1), HistoryWords.percent(change.factor)) }
      }
      // A line at "equal" where the ratios are around it; elsewhere it would press them together.
      let ends = points.flatMap { [$0.low ?? $0.y, $0.high ?? $0.y] }
      let isAroundOne = ends.contains { $0 <= 1 } && ends.contains { $0 >= 1 }
      let line = LineChart(
        [.init(series.title, ChartStyle.Look(0), points)], x: .places("run", places(of: history.runs.count)),
        y: .linear("time ÷ \(series.pair.reference)'s", .ratio), markers: markers,
        levels: isAroundOne ? [1] : [])
      return line.chart(
        name: "history-\(number + 1)", title: words.title(series), summary: summary(of: series, words),
        guide: guide)
    }
  }

  /// A handful of runs by their numbers, the first and the last among them.
  private static func places(of count: Int) -> [ChartAxis.Name] {
    let last = max(1, count)
    return (0...4).map { 1 + (last - 1) * $0 / 4 }.uniqued.map {
      ChartAxis.Name(Double($0), Format.count($0))
    }
  }

  /// What a chart shows, for those who can't see it.
  private static func summary(of series: HistorySeries, _ words: HistoryWords) -> String {
    let changes = series.changes.map { change in
      "\(change.isRise ? "rises" : "falls") by \(Format.percent((change.factor - 1).magnitude)) "
        + "(at least \(Format.least(change.least - 1))) "
        + "\(change.run == nil ? "" : "at ")\(words.place(of: change))"
    }
    return "Over \(Format.amount(series.points.count, "run")) the ratio \(changes.joined(separator: ", "))."
  }

  private static let guide = """
    Each point is a run, from the first on the left to the last on the right, numbered as in the table of \
    all runs. Its height is the time of one variant ÷ that of its reference: above 1 it takes longer. The \
    band is each run's own 95 % interval. A mark stands where the ratio changed for good; a ratio that \
    changed little by little has none.
    """
}
