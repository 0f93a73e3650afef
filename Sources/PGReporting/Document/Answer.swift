import PGMeasuring
import PGStatistics
import PGVerdicts

/// What came of it all in one sentence, made from verdicts and from nothing else.
///
/// It says what failed, what could not be decided, what is shown to differ, and of what no difference could
/// be shown. A point estimate alone says nothing here.
package struct Answer: Sendable, Hashable {
  /// The sentence.
  package let text: String
  /// What it means.
  package let tone: ReportDocument.Tone

  /// Answers for a run.
  package init(_ report: BenchmarkReport) {
    let gates = GateTally(report.cases.flatMap(\.gates).map(\.verdict))
    let failures = report.failures?.count ?? 0
    var parts: [String] = []
    if report.incomplete != nil { parts.append("the run is incomplete") }
    parts += gates.failed
    if failures > 0 { parts.append("\(Format.amount(failures, "test")) ended with an error") }
    parts += gates.others
    if report.cases.isEmpty {
      parts.append("nothing was measured")
    } else if report.environment.buildMode == .debug {
      parts.append("the build was not optimised, so that nothing is said of who is faster")
    } else {
      let differences = DifferenceTally(report).parts
      parts += differences
      if differences.isEmpty, report.cases.allSatisfy(\.gates.isEmpty) {
        parts.append("\(Format.amount(report.cases.count, "case")) measured, with nothing to compare with")
      }
    }
    text = Self.sentence(parts)
    tone =
      if gates.regressed > 0 || failures > 0 {
        .bad
      } else if gates.undecided > 0 || report.incomplete != nil || report.cases.isEmpty
        || report.environment.buildMode == .debug
      {
        .undecided
      } else {
        gates.kept > 0 ? .good : .none
      }
  }

  /// Answers for a comparison of two commits, case by case.
  package init(_ comparison: CommitComparison) {
    let compared = comparison.cases.filter { !$0.entry.commonVariants.isEmpty || !$0.outcomes.isEmpty }
    var regressed = 0
    var suspect = 0
    var undecided = 0
    var improved = 0
    for one in compared {
      let verdicts = one.outcomes.map(\.verdict)
      if verdicts.contains(.regressed) {
        regressed += 1
      } else if verdicts.contains(.suspect) {
        suspect += 1
      } else if verdicts.isEmpty || !verdicts.allSatisfy(\.isDecided) {
        undecided += 1
      } else if verdicts.contains(.improved) {
        improved += 1
      }
    }
    let within = compared.count - regressed - suspect - undecided - improved
    func are(_ number: Int) -> String { number == 1 ? "is" : "are" }
    var found: [String] = []
    if regressed > 0 { found.append("\(Format.count(regressed)) regressed") }
    if suspect > 0 { found.append("\(Format.count(suspect)) may have regressed") }
    if undecided > 0 { found.append("\(Format.count(undecided)) could not be decided") }
    if improved > 0 { found.append("\(Format.count(improved)) improved") }
    if within > 0 { found.append("\(Format.count(within)) \(are(within)) within tolerance") }
    var parts =
      compared.isEmpty
      ? ["nothing was compared"]
      : ["of \(Format.amount(compared.count, "case")) \(Self.list(found))"]
    for (side, word) in [(CommitSide.head, "new"), (.base, "gone from the head")] {
      let number = comparison.cases.count { $0.entry.sides == [side] }
      if number > 0 { parts.append("\(Format.amount(number, "case")) \(are(number)) \(word)") }
    }
    let gone = comparison.variantsGone
    if gone > 0 {
      parts.append(
        "\(Format.amount(gone, "variant")) of cases that are there \(are(gone)) gone from the head")
    }
    text = Self.sentence(parts)
    tone =
      switch comparison.conclusion {
      case .regressed: .bad
      case .suspect, .inconclusive, .removed: .undecided
      case .fine: compared.isEmpty ? .undecided : .good
      }
  }

  /// Parts of a sentence as one, with a capital and a full stop.
  static func sentence(_ parts: [String]) -> String {
    let text = parts.isEmpty ? "nothing is to be told" : parts.joined(separator: "; ")
    return "\(text.prefix(1).uppercased())\(text.dropFirst())."
  }

  /// Words in a row: `a, b and c`.
  static func list(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return "\(words.dropLast().joined(separator: ", ")) and \(last)"
  }
}

/// How many gates came to which verdict.
private struct GateTally {
  private(set) var regressed = 0
  private(set) var kept = 0
  private var suspect = 0
  private var inconclusive = 0
  private var refused = 0
  private var new = 0

  init(_ verdicts: [Verdict]) {
    for verdict in verdicts {
      switch verdict {
      case .regressed: regressed += 1
      case .withinTolerance, .improved: kept += 1
      case .suspect: suspect += 1
      case .inconclusive: inconclusive += 1
      case .refused: refused += 1
      case .new: new += 1
      }
    }
  }

  var undecided: Int { suspect + inconclusive + refused }

  private var all: Int { regressed + kept + undecided + new }

  /// What failed, and nothing where nothing did.
  var failed: [String] {
    regressed > 0 ? ["\(Format.count(regressed)) of \(Format.amount(all, "gate")) failed"] : []
  }

  /// What became of the other gates.
  var others: [String] {
    var parts: [String] = []
    if kept > 0 {
      let isAll = kept == all
      parts.append(
        isAll
          ? kept == 1
            ? "the only gate was kept"
            : kept == 2 ? "both gates were kept" : "all \(Format.count(kept)) gates were kept"
          : "\(Format.amount(kept, "gate")) \(kept == 1 ? "was" : "were") kept")
    }
    if undecided > 0 {
      let kinds = [(suspect, "suspect"), (inconclusive, "inconclusive"), (refused, "refused")]
        .filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }
      parts.append(
        "\(Format.amount(undecided, "gate")) could not be decided (\(kinds.joined(separator: ", ")))")
    }
    if new > 0 { parts.append("\(Format.amount(new, "gate")) \(new == 1 ? "has" : "have") no baseline yet") }
    return parts
  }
}

/// How many comparisons of variants show which difference, in the same words as the tables: what holds for
/// all comparisons of the report together (`ShownDifferences`).
private struct DifferenceTally {
  private var less = 0
  private var more = 0
  private var none = 0
  private var missing = 0
  private var pairs: Set<VariantPair> = []

  init(_ report: BenchmarkReport) {
    let shown = ShownDifferences(in: report)
    for one in report.cases {
      missing += one.missingComparisons.count
      for comparison in one.comparisons {
        pairs.insert(comparison.pair)
        switch shown.finding(of: comparison, in: one) {
        case .faster: less += 1
        case .slower: more += 1
        case .noDifferenceShown: none += 1
        }
      }
    }
  }

  var parts: [String] {
    let all = less + more + none
    var parts: [String] = []
    if all > 0, pairs.count == 1, let pair = pairs.first {
      if less + more == 0 {
        parts.append(
          "no difference between \(pair.variant) and \(pair.reference) could be shown in "
            + Format.amount(all, "case"))
      } else {
        var found: [String] = []
        func share(_ some: Int) -> String {
          all == 1 ? "its only case" : "\(Format.count(some)) of \(Format.amount(all, "case"))"
        }
        if less > 0 { found.append("less time than \(pair.reference) in \(share(less))") }
        if more > 0 {
          found.append(
            less > 0 ? "more in \(Format.count(more))" : "more time than \(pair.reference) in \(share(more))")
        }
        parts.append("\(pair.variant) is shown to take \(Answer.list(found))")
        if none > 0 { parts.append("in \(Format.count(none)) no difference could be shown") }
      }
    } else if all > 0 {
      parts.append(
        "of \(Format.amount(all, "comparison")) of variants \(Format.count(less + more)) "
          + "\(less + more == 1 ? "shows" : "show") a difference")
      if none > 0 { parts.append("in \(Format.count(none)) none could be shown") }
    }
    if missing > 0 {
      parts.append("\(Format.amount(missing, "comparison")) could not be made")
    }
    return parts
  }
}
