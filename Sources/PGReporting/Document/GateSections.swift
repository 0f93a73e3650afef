package import PGMeasuring
package import PGVerdicts

/// What a report says of gates: first those that were not kept, a line each, and of each case where it is and
/// how it is seen again; all of them at the end.
enum GateSections {
  typealias Block = ReportDocument.Block
  typealias Table = ReportDocument.Table

  /// The gates that failed: figure and limit, the test's line, and the command that runs it alone.
  static func failed(_ report: BenchmarkReport) -> [Block] {
    failed(remarks(report) { $0 == .regressed })
  }

  /// What is said of gates that failed, below its heading; nothing of none.
  static func failed(_ remarks: [ReportDocument.Remark]) -> [Block] {
    section("Failed gates", remarks)
  }

  /// What is said of gates that could not be decided, below its heading; nothing of none.
  static func undecided(_ remarks: [ReportDocument.Remark]) -> [Block] {
    section("Gates that could not be decided", remarks)
  }

  private static func section(_ title: String, _ remarks: [ReportDocument.Remark]) -> [Block] {
    remarks.isEmpty ? [] : [Block(.heading(title, level: 2)), Block(.remarks(.init(remarks.bySubject)))]
  }

  /// The gates that could not be decided; those that were refused for one reason, together.
  static func undecided(_ report: BenchmarkReport) -> [Block] {
    var together: [String: (verdict: Verdict, count: Int)] = [:]
    for outcome in report.cases.flatMap(\.gates) {
      guard let reason = sharedReason(outcome.verdict) else { continue }
      together[reason, default: (outcome.verdict, 0)].count += 1
    }
    let many = together.filter { $0.value.count > 2 }
    return undecided(
      many.sorted { $0.key < $1.key }.map { reason, group in
        ReportDocument.Remark(
          of: Format.amount(group.count, "gate"),
          Printable.line("\(group.verdict == .new ? "New" : "Refused"): \(reason)."),
          .undecided)
      }
        + remarks(report) { verdict in
          verdict != .regressed && !verdict.isKept && sharedReason(verdict).map { many[$0] == nil } ?? true
        })
  }

  /// Why many gates may be undecided at once.
  private static func sharedReason(_ verdict: Verdict) -> String? {
    verdict == .new
      ? "the baseline has no such case yet; PGBENCH_SAVE_BASELINE adds it" : verdict.reason
  }

  private static func remarks(
    _ report: BenchmarkReport, _ isMeant: (Verdict) -> Bool
  ) -> [ReportDocument.Remark] {
    let names = CaseNames(report.cases.map(\.identity))
    return report.cases.flatMap { one in
      one.gates.filter { isMeant($0.verdict) }.map {
        GateRemark.remark($0, of: one.identity, named: names.full(one.identity), at: one.source)
      }
    }
  }

  /// All gates with their figures: a row for each that was not kept, and one for all that a case kept.
  static func all(_ report: BenchmarkReport) -> [Block] {
    let names = CaseNames(report.cases.map(\.identity))
    var table = Table(
      columns: [.text("case"), .text("outcome"), .text("gate and figures")], leading: 1)
    for one in report.cases {
      let name = names.full(one.identity)
      for outcome in one.gates where !outcome.verdict.isKept {
        table.rows.append(
          .init([
            .init(name), .init(outcome.verdict.words, ReportDocument.Tone(outcome.verdict)),
            // What it was called in a file may have line breaks; an outcome is a line.
            .init(Printable.line(outcome.description)),
          ]))
      }
      for verdict in [Verdict.improved, .withinTolerance] {
        let kept = one.gates.filter { $0.verdict == verdict }.map(\.short)
        guard !kept.isEmpty else { continue }
        table.rows.append(
          .init([.init(name), .init(verdict.words, .good), .init(kept.joined(separator: "; "))]))
      }
    }
    guard !table.rows.isEmpty else { return [] }
    return [
      Block(.heading("Gates", level: 2), in: .full),
      Block(.folded("All gates with their figures", [Block(.table(table))]), in: .full),
    ]
  }
}

/// What is said of a gate that was not kept.
package enum GateRemark {
  /// Verdict, figure and limit in a line; where the test is and how it runs alone in the next.
  ///
  /// - Parameter name: What the case is called; nil for its own name.
  package static func remark(
    _ outcome: GateOutcome, of identity: CaseIdentity, named name: String? = nil, at source: TestSource?
  ) -> ReportDocument.Remark {
    ReportDocument.Remark(
      of: name ?? identity.description, anchor: identity.description,
      place: source.map { "\($0.file):\($0.line)" }, command: source?.command,
      // Foreign texts may have line breaks; what is said of a gate is a line.
      Printable.line(outcome.brief), outcome.verdict == .regressed ? .bad : .undecided)
  }
}

extension GateOutcome {
  /// A gate that was kept, in a few words, such as `time of async 1.021 ≤ 1.100`; the ratio where it is one,
  /// as other figures stand in the tables.
  fileprivate var short: String {
    guard let figures else { return Printable.line(gate) }
    let subject = "\(figures.quantity) of \(figures.variant)"
    guard figures.isRatio else { return subject }
    let ends = [figures.estimate, figures.bound].map { Format.decimals($0, like: figures.high - figures.low) }
    return "\(subject) \(ends[0]) ≤ \(ends[1])"
  }
}
