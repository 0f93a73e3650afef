import PGMeasuring
import PGStatistics
import PGSystem
import PGVerdicts

/// Writes `benchmark_report.md`: the same facts as the JSON report, but the round data, for people.
package struct MarkdownReportWriter: Sendable {
  /// Makes a writer.
  package init() {}

  /// The report as GitHub-flavoured Markdown.
  package func text(_ report: BenchmarkReport) -> String {
    var parts = ["# Benchmark report"]
    if let incomplete = report.incomplete {
      parts.append("> **Incomplete.** \(Markdown.escaped(incomplete))")
    }
    parts += failures(report)
    parts += report.warnings.map { "> **Warning.** \(Markdown.escaped($0))" }
    parts += report.suites.flatMap { suiteSection($0, report.cases(of: $0)) }
    parts += sweeps(report)
    parts += notes(report)
    parts += gates(report)
    parts += ["## Environment", environment(report.environment).markdown]
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func failures(_ report: BenchmarkReport) -> [String] {
    guard let failures = report.failures, !failures.isEmpty else { return [] }
    let table = TextTable(
      columns: [.text("test"), .text("where"), .text("error")],
      rows: failures.map { ["\($0.suite) / \($0.test)", "\($0.file):\($0.line)", $0.error] })
    return [
      "## Failed tests", "What they should have measured is missing below, or not to be trusted.",
      table.markdown,
    ]
  }

  private func suiteSection(_ name: String, _ cases: [CaseReport]) -> [String] {
    [
      "## \(Markdown.escaped(name))", SuiteTable.table(of: cases).markdown,
      "Latency of single operations:", latencies(cases).markdown,
    ] + MetricTables.sections(of: cases)
  }

  private static func kitCost(_ cost: ReportEnvironment.KitCost) -> String {
    "a reading of the clock \(Format.metric(cost.clock, .nanoseconds)); an operation that does nothing: "
      + "sync \(Format.metric(cost.syncOperation, .nanoseconds)), async "
      + "\(Format.metric(cost.asyncOperation, .nanoseconds)), "
      + (cost.allocations.map { "\(Format.metric($0, .count)) allocations" } ?? "allocations not available")
      + "; it is in every latency, and subtracted nowhere"
  }

  private func sweeps(_ report: BenchmarkReport) -> [String] {
    guard let sweeps = report.sweeps, !sweeps.isEmpty else { return [] }
    var table = TextTable(columns: [
      .text("test"), .text("variant"), .number("a connection"), .number("95 % interval"),
      .number("an operation"),
      .number("95 % interval"),
    ])
    let names = CaseNames(sweeps.map { $0.identity(operations: 0) })
    for sweep in sweeps {
      let costs = [sweep.cost.fixed, sweep.cost.perOperation].flatMap { cost in
        [Format.metric(cost.value, .nanoseconds)]
          + ["\(Format.metric(cost.low, .nanoseconds)) to \(Format.metric(cost.high, .nanoseconds))"]
      }
      let name = "\(sweep.suite) / \(names.title(sweep.identity(operations: 0)))"
      table.rows.append([name, sweep.variant.name] + costs)
    }
    return ["## What a connection and an operation cost", Self.sweepNote, table.markdown]
  }

  private static let sweepNote = """
    Total time = a connection + count × an operation, fitted over the counts of each sweep: what \
    connecting once costs a program that then runs so many operations.
    """

  private func notes(_ report: BenchmarkReport) -> [String] {
    let difference = """
      Difference: of the operations per second, (variant − reference) ÷ reference, estimated from blocks \
      of both that ran side by side. It is free of drift that the two columns of operations per second \
      contain, so it need not be their exact quotient. "No difference shown": the interval spans zero.
      """
    let dagger = """
      † Fewer than five samples are to be expected beyond this percentile: it hangs on the extremes.
      """
    let summaries = report.cases.flatMap(\.variants)
    let needsDagger = summaries.contains { $0.latency.supported != Percentile.allCases }
    return [difference] + (needsDagger ? [dagger] : [])
  }

  private func latencies(_ cases: [CaseReport]) -> TextTable {
    let columns = ["samples"] + Percentile.allCases.map(\.label) + ["min", "mean", "max"]
    return VariantTable.table(of: cases, columns: columns) { variant in
      let latency = variant.latency
      let percentiles = Percentile.allCases.map {
        Format.duration(latency[$0]) + (latency.supports($0) ? "" : " †")
      }
      let others = [latency.min, latency.mean, latency.max].map(Format.duration)
      return [Format.count(latency.count)] + percentiles + others
    }
  }

  private func gates(_ report: BenchmarkReport) -> [String] {
    var table = TextTable(columns: [.text("case"), .text("outcome"), .text("gate and figures")])
    let names = CaseNames(report.cases.map(\.identity))
    for report in report.cases {
      for gate in report.gates {
        table.rows.append([names.full(report.identity), gate.verdict.words, gate.description])
      }
    }
    let changes =
      GateTables.changes(report).map { ["## Against the baseline", GateTables.changesNote, $0.markdown] }
      ?? []
    let summary = GateTables.summary(report).map { "- \(Markdown.escaped($0))" }.joined(separator: "\n")
    return changes + (table.rows.isEmpty ? [] : ["## Gates", table.markdown])
      + (summary.isEmpty ? [] : ["## What it could have seen", summary])
  }

  private func environment(_ environment: ReportEnvironment) -> TextTable {
    let facts: [(String, String?)] = [
      ("started", environment.startedAt), ("profile", environment.profile), ("CPU", environment.cpu),
      ("cores", String(environment.cores)), ("operating system", environment.operatingSystem),
      ("kernel", environment.kernel), ("server", environment.serverVersion),
      ("libpq", environment.libpqVersion), ("placement", environment.placement),
      ("build", environment.buildMode.rawValue), ("toolchain", environment.toolchain),
      ("commit", environment.commit), ("seed", environment.seed.description),
      ("the kit's own cost", environment.kitCost.map(Self.kitCost)),
    ]
    let settings = environment.serverSettings.sorted { $0.key < $1.key }
    let rows = facts.compactMap { name, fact in fact.map { [name, $0] } }
    return TextTable(
      columns: [.text("what"), .text("value")],
      rows: rows + settings.map { ["server setting \($0.key)", $0.value] })
  }
}

/// Texts as GitHub-flavoured Markdown shows them: letter by letter.
package enum Markdown {
  /// A text in one line in which nothing is markup; pipes don't end a table's cell.
  package static func escaped(_ text: String) -> String {
    let characters = Array(Printable.line(text))
    var escaped = ""
    for (index, character) in characters.enumerated() {
      let isInWord =
        index > 0 && index + 1 < characters.count && isOfWord(characters[index - 1])
        && isOfWord(characters[index + 1])
      if isMarkup(character), !(character == "_" && isInWord) { escaped += "\\" }
      escaped.append(character)
    }
    return escaped
  }

  /// What may begin or end markup somewhere, with or without others; of underscores, those that aren't within
  /// a word.
  private static func isMarkup(_ character: Character) -> Bool { "\\`*_[]<|~#&$".contains(character) }

  private static func isOfWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
