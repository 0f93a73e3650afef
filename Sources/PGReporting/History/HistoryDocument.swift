import PGMeasuring
import PGStatistics

extension ReportDocument {
  /// What a history says: which ratios changed, at which run and by how much at least; then the table, a
  /// chart of each ratio that changed, and all the rest folded.
  package init(_ history: History) {
    let words = HistoryWords(history)
    var blocks = [Block(.heading("Benchmark history", level: 1))]
    blocks.append(Block(.paragraph(words.answer)))
    blocks += words.notes
    blocks += words.changes
    blocks += HistoryCharts.charts(of: history, words).map { Block(.chart($0), in: .full) }
    blocks.append(Block(.paragraph(words.sensitivity), in: .full))
    blocks.append(Block(.paragraph(HistoryWords.direction)))
    blocks.append(Block(.folded("All ratios", [Block(.table(words.allSeries))]), in: .full))
    blocks.append(Block(.folded("All runs", [Block(.table(words.allRuns))]), in: .full))
    if !history.leftOut.isEmpty {
      blocks.append(Block(.folded("Files left out", [Block(.list(words.leftOut))]), in: .full))
    }
    blocks.append(
      Block(
        .folded("How changes are found", HistoryWords.method.map { Block(.paragraph($0)) }), in: .full))
    self.init(blocks)
  }
}

/// The texts of a history's document.
struct HistoryWords {
  typealias Block = ReportDocument.Block
  typealias Table = ReportDocument.Table

  let history: History
  let names: CaseNames

  init(_ history: History) {
    self.history = history
    names = CaseNames(history.series.map(\.identity))
  }

  /// What a series is of, such as `Orders / Find / 1000, async ÷ sync`.
  func title(_ series: HistorySeries) -> String { "\(names.full(series.identity)), \(series.title)" }

  /// The answer in a sentence or two.
  var answer: String {
    let all = Format.amount(history.series.count, "ratio")
    let runs = Format.amount(history.runs.count, "run")
    guard history.runs.count >= SeriesChange.fewestValues else {
      return "\(runs) \(history.runs.count == 1 ? "is" : "are") too few to show a change: a history takes "
        + "\(SeriesChange.fewestValues) at least."
    }
    let changed = history.changed
    let short = history.series.count { $0.points.count < SeriesChange.fewestValues }
    let untold =
      short == 0
      ? "" : " Of \(Format.amount(short, "ratio")) there are too few runs to show a change."
    guard !changed.isEmpty else { return "No change is shown: \(all) over \(runs)\(period).\(untold)" }
    let told = newestFirst.prefix(3).map { series, change in
      "\(title(series)), \(change.isRise ? "rose" : "fell") by at least "
        + "\(Format.least(change.least - 1)) "
        + "\(change.run == nil ? "" : "at ")\(place(of: change))"
    }
    let rest = newestFirst.count - told.count
    return "Of \(all) over \(runs)\(period), \(Format.count(changed.count)) changed: "
      + (told + (rest > 0 ? [Format.amount(rest, "earlier change")] : [])).joined(separator: "; ")
      + ".\(untold)"
  }

  /// All changes, the newest first.
  private var newestFirst: [(series: HistorySeries, change: HistorySeries.Change)] {
    let all = history.series.flatMap { series in series.changes.map { (series: series, change: $0) } }
    return all.enumerated().sorted {
      ($0.element.change.laterRun, -$0.offset) > ($1.element.change.laterRun, -$1.offset)
    }.map(\.element)
  }

  /// From when to when the runs are; empty where that isn't known.
  private var period: String {
    guard history.isByTime, let first = history.runs.first?.startedAt, let last = history.runs.last?.startedAt
    else { return "" }
    return ", \(first.prefix(10)) to \(last.prefix(10))"
  }

  /// What a reader should know before the first figure.
  var notes: [Block] {
    var notes: [Block] = []
    if !history.leftOut.isEmpty {
      let some = history.leftOut.prefix(3).map { "\($0.name) \($0.reason)" }
      let rest = history.leftOut.count - some.count
      let others = rest > 0 ? [Format.amount(rest, "other")] : []
      notes.append(
        Block(
          .note(
            .incomplete,
            "\(Format.amount(history.leftOut.count, "file")) left out: "
              + "\((some + others).joined(separator: "; ")).")))
    }
    if !history.isByTime {
      notes.append(
        Block(
          .note(
            .warning,
            "Not every file tells when it was measured, as baselines don't: the runs are in the order of "
              + "their files' names.")))
    }
    let unlike = history.environmentChanges.count { !$0.isEmpty }
    if unlike > 0 {
      notes.append(
        Block(
          .note(
            .warning,
            "What the runs were measured on changed "
              + (unlike == 1 ? "once" : "\(Format.count(unlike)) times")
              + " between them: a ratio that changed there may have changed for that.")))
    }
    let partial = history.runs.count { !$0.warnings.isEmpty }
    if partial > 0 {
      notes.append(
        Block(.note(.warning, "\(Format.amount(partial, "run")) \(partial == 1 ? "isn't" : "aren't") whole."))
      )
    }
    return notes
  }

  /// The table of changes, the newest first; nothing where there is none.
  var changes: [Block] {
    var table = Table(columns: [
      .name("case"), .text("time ÷"), .text("at"), .number("before"), .number("after"), .number("change"),
      .number("at least"),
    ])
    for (series, change) in newestFirst {
      let figures = [change.before, change.after].map { ratio in
        ratio.map { Format.decimals($0, like: $0 * Self.width(of: change)) } ?? ""
      }
      let cells =
        [names.full(series.identity), series.title, place(of: change)] + figures
        + [Self.percent(change.factor), "\(change.isRise ? "+" : "−")\(Format.least(change.least - 1))"]
      let tone: ReportDocument.Tone = change.isRise ? .undecided : .good
      table.rows.append(
        .init(cells.enumerated().map { .init($0.element, $0.offset == cells.count - 2 ? tone : .none) }))
    }
    guard !table.rows.isEmpty else { return [] }
    let remarks = newestFirst.compactMap { series, change in
      environmentRemark(of: change).map { "\(title(series)), at \(place(of: change)): \($0)." }
    }
    return [Block(.heading("Changes", level: 2)), Block(.table(table))]
      + (remarks.isEmpty ? [] : [Block(.list(remarks))])
  }

  /// Where a change is: at a run, or between two.
  func place(of change: HistorySeries.Change) -> String {
    guard let run = change.run else {
      return "from \(label(change.earlierRun)) to \(label(change.laterRun))"
    }
    return label(run)
  }

  /// What a run is called, with its day.
  func label(_ run: Int) -> String {
    guard history.runs.indices.contains(run) else { return "" }
    let one = history.runs[run]
    let day = one.time == nil ? nil : one.startedAt?.prefix(10)
    return one.label + (day.map { " (\($0))" } ?? "")
  }

  /// What else changed where the ratio did; nil where nothing did.
  ///
  /// Of a trend anything may have changed.
  private func environmentRemark(of change: HistorySeries.Change) -> String? {
    guard change.run != nil else { return nil }
    let changes = history.environmentChanges(after: change.earlierRun, through: change.laterRun)
    return changes.isEmpty
      ? nil : "what it was measured on changed there as well, \(changes.joined(separator: "; "))"
  }

  /// About the width of a change's interval, by which its figures are rounded.
  private static func width(of change: HistorySeries.Change) -> Double {
    2 * (change.factor - change.least).magnitude
  }

  /// A factor as a signed change, such as `+5.2 %`.
  static func percent(_ factor: Double) -> String {
    let text = Format.percent(factor - 1)
    return factor > 1 ? "+\(text)" : text
  }

  /// What could have been seen where nothing was.
  var sensitivity: String {
    let factors = history.series.compactMap(\.smallestDetectableFactor)
    guard let middle = Median.of(factors), let worst = factors.max() else {
      return "Which change would have been shown where none is, isn't known."
    }
    let text =
      "Where no change is shown, a single step half-way would have been shown in nine of ten such histories "
      + "if it had been \(Format.percent(middle - 1)) or more"
    return factors.count == 1
      ? text + "."
      : text + " for the ratio in the middle, \(Format.percent(worst - 1)) or more for the worst."
  }

  /// How the figures are to be read.
  static let direction = """
    A ratio is the variant's time ÷ its reference's, measured in the same rounds: above 1 it takes longer. \
    It rises where the variant became slower, or its reference faster; which of the two can't be told, for \
    bare times of two hours don't compare.
    """

  /// How changes are found, and how often wrongly.
  static let method = [
    """
    Steps are found by E-divisive means (Matteson and James, 2014) within windows of 50 runs and confirmed \
    by Student's t-test, as Apache Otava does (Fleming and others, "Hunter", 2023), but on a level that is \
    shared by all ratios and all places.
    """,
    """
    A change little by little is found by Mann and Kendall's rank test, and its size is Sen's slope from the \
    first run to the last. Where a straight line describes a ratio better than steps do (Schwarz's \
    criterion), no steps are told.
    """,
    """
    Where nothing changes, one history in twenty at most tells of any change, however many ratios it has: as \
    far as runs vary independently of each other and about normally. "At least" is the end of an interval \
    that is as sure as that.
    """,
  ]
}
