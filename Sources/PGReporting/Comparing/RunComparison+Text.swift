import PGMeasuring
import PGStatistics

extension RunComparison {
  /// A table in the spirit of benchstat's: old and new time, and the change with its interval.
  ///
  /// What its figures are worth stands below it. Where the interval spans 0, the change reads `~`, as
  /// benchstat writes it.
  package func text() -> String {
    var table = TextTable(columns: [
      .text("case"), .text("variant"), .number("old"), .number("new"), .number("change of the time"),
      .number("95 % interval"),
    ])
    let names = CaseNames(rows.map(\.identity))
    for row in rows {
      let times = [row.old, row.new].map { $0.map { Format.metric($0, .nanoseconds) } ?? "–" }
      table.rows.append([names.full(row.identity), row.variant.name] + times + Self.change(row))
    }
    let different =
      differences.isEmpty
      ? []
      : [
        "measured on different things, so that the times don't compare: "
          + differences.joined(separator: "; ")
      ]
    let lines = (different + warnings).map { "warning: \(Printable.line($0))\n\n" }
    return lines.joined() + table.plain + "\n\n" + GateTables.changesNote + "\n"
  }

  private static func change(_ row: Row) -> [String] {
    guard let ratio = row.ratio else { return [row.old == nil ? "new" : "removed", ""] }
    let interval =
      "\(Format.signedPercent(ratio.low - 1)) to \(Format.signedPercent(ratio.high - 1))"
    return [ratio.finding == .noDifferenceShown ? "~" : Format.signedPercent(ratio.ratio - 1), interval]
  }
}
