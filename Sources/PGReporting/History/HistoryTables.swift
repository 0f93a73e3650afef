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
    let presence = presence
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
