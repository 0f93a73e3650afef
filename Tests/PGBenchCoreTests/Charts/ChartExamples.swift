import PGMeasuring
import PGStatistics

@testable import PGReporting

/// Charts of each kind, of values that a report may hold.
enum ChartExamples {
  /// Values that have made charts fail: no numbers, no ends, none, and the extremes of what a double holds.
  static let extremes: [Double] = [
    .nan, .infinity, -.infinity, 0, -0.0, 1, -1, .greatestFiniteMagnitude, -.greatestFiniteMagnitude,
    .leastNonzeroMagnitude, 1e300, 1e-300, 1e18, 123_456.789, 5, 5.000_000_001,
  ]

  /// What a name may hold.
  static let hostileNames = [
    "", "<b>bold</b>", "\"quoted\" & 'more'", "two\nlines\r\n\tand a tab",
    "\u{1F600}\u{1F468}\u{200D}\u{1F469}",
    "\u{202E}turned", "\u{0}\u{1B}[31m\u{7F}\u{FFFE}\u{FFFF}", "]]>", String(repeating: "long ", count: 60),
    String(repeating: "x\u{301}", count: 2_000),
  ]

  static let account = LatencyAccount(
    wallTime: 100,
    metrics: [MetricSummary(.clientCPU, .value(30)), MetricSummary(.serverCPU, .value(50))])

  /// Blocks as a report keeps them.
  static func columns(_ blocks: [Block]) -> RoundColumns { RoundSeries(.sync, blocks).columns }

  /// Charts of every kind with these values and names, in every place where there is one.
  static func charts(_ values: [Double], names: [String] = ["a", "b"]) -> [Chart] {
    let triples = values.enumerated().map { index, value in
      (value, values[(index + 1) % values.count], values[(index + 2) % values.count])
    }
    let title = names.first ?? ""
    let points = triples.map { LineChart.Point($0.0, $0.1, low: $0.2, high: $0.0, note: title) }
    let lines = names.enumerated().map { LineChart.Series($1, .init($0, isBase: $0 % 3 == 2), points) }
    let axes: [(ChartAxis, ChartAxis)] = [
      (.linear(title, .number(title)), .linear(title, .duration)),
      (.logarithmic(title, .number("")), .logarithmic(title, .ratio)),
      (.places(title, values.map { ChartAxis.Name($0, title) }), .linear(title, .ratio, fromZero: true)),
    ]
    let charts = axes.map { x, y in
      LineChart(lines, x: x, y: y, markers: values.map { .init($0, title) }, levels: values)
        .chart(name: "line", title: title, summary: title, guide: title)
    }
    let bars = names.map { name in
      BarChart.Group(name, triples.map { BarChart.Bar(name, .init(7), $0.0, low: $0.1, high: $0.2) })
    }
    let rows = triples.map {
      ForestChart.Row(title, .init(3), $0.0, low: $0.1, high: $0.2, bound: $0.0, isShown: true)
    }
    let accounts = account.map { account in
      values.map { AccountChart.Row(title, wallTime: $0, account) }
    }
    let times = values.map { Int(exactly: $0.rounded()) ?? .max }
    let latencies = names.enumerated().compactMap { index, name in
      LatencySummary(nanoseconds: times + Array(1...1000)).map {
        LatencyChart.Series(name, .init(index), $0)
      }
    }
    let blocks = times.enumerated().map { Block(session: $0 / 3, round: $0, operations: 1, elapsed: $1) }
    let rounds = names.enumerated().map { index, name in
      RoundsChart.Series(
        name, .init(index, isBase: index == 1),
        blocks: columns(blocks + [Block(session: .max, round: .min, operations: .max, elapsed: .min)]),
        retaken: blocks)
    }
    return charts + [
      BarChart(bars, axis: .linear(title, .number(""))).chart(name: "bar", title: title, summary: title),
      ForestChart(rows, axis: title).chart(name: "forest", title: title, summary: title),
      AccountChart(accounts ?? []).chart(name: "account", title: title, summary: title),
      LatencyChart(latencies).chart(name: "latency", title: title, summary: title),
      RoundsChart(rounds).chart(name: "rounds", title: title, summary: title),
    ]
  }
}
