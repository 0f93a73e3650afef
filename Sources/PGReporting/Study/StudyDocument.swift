import PGMeasuring
import PGStatistics

extension ReportDocument {
  /// What a study says: its rows with the difference column, and who has more wins, without calling anyone
  /// faster that no interval shows to be.
  package init(_ study: Study) {
    let rows = study.suites.flatMap(\.rows)
    var blocks = [Block(.heading("Study", level: 1), in: .full)]
    if let timestamp = study.timestamp {
      blocks.append(Block(.paragraph("Measured \(Printable.line(timestamp)).")))
    }
    if rows.contains(where: { $0.ratio == nil }) { blocks.append(Block(.note(.warning, StudySections.note))) }
    if rows.isEmpty { blocks.append(Block(.paragraph(StudySections.empty))) }
    for suite in study.suites where !suite.rows.isEmpty {
      blocks += [
        Block(.heading(StudySections.title(suite), level: 2)), Block(.table(StudySections.table(suite))),
        Block(.paragraph(StudySections.summary(suite))),
      ]
    }
    blocks.append(Block(.paragraph(StudySections.explanation), in: .full))
    self.init(blocks)
  }
}

/// The parts of a study's document.
enum StudySections {
  /// What the study's figures are worth.
  static let note = """
    The study's numbers carry no interval: each is the mean of a few repetitions, one driver's after the \
    other's. So nothing here is faster for certain; a row's difference may be chance, or the hour.
    """

  static let empty = "It has no count that was measured with both drivers."

  static let explanation = """
    The difference is (async − sync) ÷ sync in operations per second, as in the study: above 0 async has \
    more. A win is a row with more of them, by however little; equal ones are sync's.
    """

  /// Such as `Standard`.
  static func title(_ suite: Study.Suite) -> String {
    let name = Printable.line(suite.name)
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  /// A row for each count, with the interval where there is one.
  static func table(_ suite: Study.Suite) -> ReportDocument.Table {
    let showsClients = suite.rows.contains { $0.clients != nil }
    let showsRatio = suite.rows.contains { $0.ratio != nil }
    var table = ReportDocument.Table(
      columns: [.number("count")] + (showsClients ? [.number("clients")] : []) + [
        .number("async ops/s"), .number("sync ops/s"), .number("difference"), .text("more ops/s"),
      ] + (showsRatio ? [.number("time ÷ sync's"), .number("interval")] : []))
    for row in suite.rows {
      // The study prints two decimals, and a width of 1 is shown so.
      let cells = [
        Format.decimals(row.async.rate, like: 1), Format.decimals(row.sync.rate, like: 1),
        row.difference.map(Format.signedPercent) ?? "–", row.winner.name,
      ]
      let clients = showsClients ? [row.clients.map(Format.count) ?? ""] : []
      let ratio = showsRatio ? [row.ratio.map(Format.ratio) ?? "", row.ratio.map(interval) ?? ""] : []
      table.rows.append(.init([Format.count(row.count)] + clients + cells + ratio))
    }
    return table
  }

  private static func interval(_ estimate: RatioEstimate) -> String {
    "\(Format.ratioInterval(estimate)) (\(Format.confidence(estimate.confidence)))"
  }

  /// The wins and the mean difference.
  static func summary(_ suite: Study.Suite) -> String {
    let (async, sync) = (suite.wins(of: .async), suite.wins(of: .sync))
    let mean = suite.meanDifference.map { " Mean difference: \(Format.signedPercent($0))." } ?? ""
    return "Wins: async \(Format.count(async)), sync \(Format.count(sync)), "
      + "of \(Format.amount(suite.rows.count, "row")).\(mean)"
  }
}
