import PGMeasuring
import PGStatistics

extension HistoryWords {
  /// All series with where they began and where they are now.
  var allSeries: Table {
    var table = Table(columns: [
      .name("case"), .text("time ÷"), .number("runs"), .number("first"), .number("last"), .number("lowest"),
      .number("highest"), .text("found"),
    ])
    for series in history.series {
      let ratios = series.points.map(\.estimate.ratio)
      let width = Median.of(series.points.map { $0.estimate.high - $0.estimate.low }) ?? 1
      let figures = [ratios.first, ratios.last, ratios.min(), ratios.max()].map { ratio in
        ratio.map { Format.decimals($0, like: width) } ?? ""
      }
      table.rows.append(
        .init(
          [
            names.full(series.identity), series.title,
            "\(Format.count(ratios.count)) of \(Format.count(history.runs.count))",
          ]
            + figures + [found(in: series)]))
    }
    return table
  }

  /// What was found in a series, in words.
  func found(in series: HistorySeries) -> String {
    switch series.change {
    case .none:
      series.points.count < SeriesChange.fewestValues ? "too few runs" : "no change shown"
    case .trend: "\(series.changes.first?.isRise == true ? "rises" : "falls") little by little"
    case .steps: "changed at " + series.changes.map(place).joined(separator: ", ")
    }
  }

  /// All runs with their files, and in what they are unlike the one before.
  var allRuns: Table {
    var table = Table(columns: [
      .number("run"), .text("commit"), .text("started"), .text("file"), .text("unlike the run before"),
      .text("missing"),
    ])
    let all = history.series.count
    for (index, run) in history.runs.enumerated() {
      let absent = all - presence[index]
      let missing =
        (absent > 0 ? ["\(Format.count(absent)) of \(Format.amount(all, "ratio"))"] : []) + run.warnings
      table.rows.append(
        .init([
          Format.count(index + 1), run.commit == nil ? "" : run.label, run.startedAt ?? "", run.name,
          history.environmentChanges[index].joined(separator: "; "), missing.joined(separator: "; "),
        ]))
    }
    return table
  }

  /// How many series have each run.
  private var presence: [Int] {
    var counts = Array(repeating: 0, count: history.runs.count)
    for point in history.series.flatMap(\.points) where counts.indices.contains(point.run) {
      counts[point.run] += 1
    }
    return counts
  }

  /// The files that are no part of it.
  var leftOut: [String] { history.leftOut.map { "\($0.name) \($0.reason)" } }
}

/// The charts of a history: one of each ratio that changed.
enum HistoryCharts {
  /// The most charts that a page has; the table has all changes.
  static let greatestCount = 30

  static func charts(of history: History, _ words: HistoryWords) -> [Chart] {
    history.changed.prefix(greatestCount).enumerated().map { number, series in
      let points = series.points.map {
        LineChart.Point(
          x: Double($0.run + 1), y: $0.estimate.ratio, low: $0.estimate.low, high: $0.estimate.high)
      }
      let markers = series.changes.compactMap { change in
        change.run.map {
          LineChart.Marker(
            x: Double($0 + 1), label: "\(HistoryWords.percent(change.factor)) at \(words.label($0))")
        }
      }
      let line = LineChart(
        series: [.init(name: series.title, points: points)], xTitle: "run",
        yTitle: "time ÷ \(series.pair.reference)'s", markers: markers)
      return line.chart(
        name: "history-\(number + 1)", title: words.title(series), summary: summary(of: series, words),
        guide: guide)
    }
  }

  /// What a chart shows, for those who can't see it.
  private static func summary(of series: HistorySeries, _ words: HistoryWords) -> String {
    let changes = series.changes.map { change in
      "\(change.isRise ? "rises" : "falls") by \(Format.percent((change.factor - 1).magnitude)) "
        + "(at least \(Format.percent((change.least - 1).magnitude))) "
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
