package import PGMeasuring
package import PGVerdicts

/// What a comparison of commits came to: the outcomes of all gates, and the one answer that they make
/// together.
package struct CommitComparison: Sendable {
  /// The one answer.
  package enum Conclusion: Sendable, Hashable {
    /// No gate regressed, and all were decided.
    case fine
    /// At least one regressed.
    case regressed
    /// None regressed, and at least one may well have, which the budget was too short to show.
    case suspect
    /// None regressed or is suspect, and at least one could not be decided.
    case inconclusive
    /// None regressed and all were decided, but the head lacks a benchmark that the base has.
    case removed
  }

  /// A case with what its gates found.
  package struct Case: Sendable {
    /// What each side says of it.
    package let entry: CaseMatching.Entry
    /// What was measured.
    package let samples: SampleSet
    /// Its gates; none of a case that one side only has, unless the head declares some.
    package let gates: [Gate]
    /// The outcomes of its gates, in their order.
    package let outcomes: [GateOutcome]

    /// Records a case.
    package init(entry: CaseMatching.Entry, samples: SampleSet, gates: [Gate], outcomes: [GateOutcome]) {
      self.entry = entry
      self.samples = samples
      self.gates = gates
      self.outcomes = outcomes
    }
  }

  /// A driver of a case.
  package struct Row: Sendable, Hashable {
    /// Which case.
    package let identity: CaseIdentity
    /// Which of its variants.
    package let variant: Variant
    /// How the head compares with the base, question by question, and how it keeps what its test declares.
    package let outcomes: [GateOutcome]
    /// What is said where there is nothing to compare, such as `new`.
    package let note: String?

    /// Puts a row together.
    package init(
      identity: CaseIdentity, variant: Variant, outcomes: [GateOutcome] = [], note: String? = nil
    ) {
      self.identity = identity
      self.variant = variant
      self.outcomes = outcomes
      self.note = note
    }

    /// What was found about a quantity; nil if it was not compared.
    package subscript(quantity: Quantity) -> GateOutcome? {
      outcomes.first { outcome in
        outcome.figures.map { $0.quantity == quantity.description && isOfBase($0) } ?? false
      }
    }

    /// Whether figures are held against the variant's own at the base.
    package func isOfBase(_ figures: GateOutcome.Figures) -> Bool {
      figures.reference == CommitSide.base.variant(variant).name
    }
  }

  /// All cases.
  package let cases: [Case]

  /// Records a comparison.
  package init(cases: [Case]) { self.cases = cases }

  /// The one answer.
  package var conclusion: Conclusion {
    let verdicts = cases.flatMap(\.outcomes).map(\.verdict)
    if verdicts.contains(.regressed) { return .regressed }
    if verdicts.contains(.suspect) { return .suspect }
    let isComplete = cases.allSatisfy { !$0.outcomes.isEmpty || $0.entry.commonVariants.isEmpty }
    guard isComplete, verdicts.allSatisfy(\.isDecided) else { return .inconclusive }
    return cases.contains { $0.entry.sides == [.base] } || variantsGone > 0 ? .removed : .fine
  }

  /// How many variants the head no longer has of cases that it has.
  var variantsGone: Int {
    cases.filter(\.entry.isCommon).flatMap(\.entry.seriesByVariant).count { series in
      series.allSatisfy { $0.side == .base }
    }
  }

  /// Each driver of each case: case by case, variant by variant.
  package var rows: [Row] {
    cases.flatMap { one in
      one.entry.seriesByVariant.compactMap { series -> Row? in
        guard let last = series.last else { return nil }
        let outcomes = zip(one.gates, one.outcomes).filter { $0.0.variant == last.name }.map(\.1)
        let note: String? =
          if series.count < 2 {
            last.side == .head ? "new" : "removed"
          } else {
            one.samples[last.name]?.blocks.isEmpty ?? true ? "not measured" : nil
          }
        return Row(
          identity: one.entry.identity, variant: last.variant, outcomes: outcomes, note: note)
      }
    }
  }

  /// One sentence for all.
  package var summary: String {
    let verdicts = cases.flatMap(\.outcomes).map(\.verdict)
    func count(_ isMeant: (Verdict) -> Bool) -> Int { verdicts.count(where: isMeant) }
    let parts: [(Int, String)] = [
      (count { $0 == .regressed }, "regressed"), (count { $0 == .suspect }, "suspect"),
      (count { !$0.isDecided && $0 != .suspect }, "inconclusive"),
      (count { $0 == .improved }, "improved"), (count { $0 == .withinTolerance }, "within tolerance"),
    ]
    let counted = parts.filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }
    let alone = cases.filter { !$0.entry.isCommon }
    let unmatched: [(CommitSide, String)] = [(.head, "new"), (.base, "removed")]
    let others = unmatched.compactMap { side, word -> String? in
      let number = alone.count { $0.entry.sides == [side] }
      return number > 0 ? "\(Format.amount(number, "case")) \(word)" : nil
    }
    let gone = variantsGone > 0 ? ["\(Format.amount(variantsGone, "variant")) removed"] : []
    let words = counted + others + gone
    return words.isEmpty
      ? "Nothing was compared."
      : "\(Format.amount(verdicts.count, "gate")): \(words.joined(separator: ", "))."
  }
}
