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
    /// None regressed, and at least one could not be decided.
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
    /// The outcomes of its gates; none of a case that one side only has.
    package let outcomes: [GateOutcome]

    /// Records a case.
    package init(entry: CaseMatching.Entry, samples: SampleSet, outcomes: [GateOutcome]) {
      self.entry = entry
      self.samples = samples
      self.outcomes = outcomes
    }
  }

  /// A driver of a case.
  package struct Row: Sendable, Hashable {
    /// Which case.
    package let identity: CaseIdentity
    /// Which of its variants.
    package let variant: Variant
    /// How the head's time compares with the base's; nil if only one side has it.
    package let time: GateOutcome?
    /// How the head's allocations compare; nil where they are not counted.
    package let allocations: GateOutcome?
    /// What is said where there is nothing to compare, such as `new`.
    package let note: String?

    /// Puts a row together.
    package init(
      identity: CaseIdentity, variant: Variant, time: GateOutcome? = nil, allocations: GateOutcome? = nil,
      note: String? = nil
    ) {
      self.identity = identity
      self.variant = variant
      self.time = time
      self.allocations = allocations
      self.note = note
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
    let isComplete = cases.allSatisfy { !$0.outcomes.isEmpty || $0.entry.commonVariants.isEmpty }
    guard isComplete, verdicts.allSatisfy(\.isDecided) else { return .inconclusive }
    return cases.contains { $0.entry.sides == [.base] } ? .removed : .fine
  }

  /// Each driver of each case: case by case, variant by variant.
  package var rows: [Row] {
    cases.flatMap { one in
      one.entry.seriesByVariant.compactMap { series -> Row? in
        guard let last = series.last else { return nil }
        guard series.count == 2 else {
          return Row(
            identity: one.entry.identity, variant: last.variant, note: last.side == .head ? "new" : "removed")
        }
        let name = last.name
        let figures = one.outcomes.filter { $0.figures?.variant == name }
        return Row(
          identity: one.entry.identity, variant: last.variant,
          time: figures.first { $0.figures?.quantity == Quantity.time.description },
          allocations: figures.first { $0.figures?.quantity == Quantity.metric(.allocations).description },
          note: one.samples[name]?.blocks.isEmpty ?? true ? "not measured" : nil)
      }
    }
  }

  /// One sentence for all.
  package var summary: String {
    let outcomes = cases.flatMap(\.outcomes)
    func count(_ isMeant: (Verdict) -> Bool) -> Int { outcomes.count { isMeant($0.verdict) } }
    let parts: [(Int, String)] = [
      (count { $0 == .regressed }, "regressed"), (count { !$0.isDecided }, "inconclusive"),
      (count { $0 == .improved }, "improved"), (count { $0 == .withinTolerance }, "within tolerance"),
    ]
    let counted = parts.filter { $0.0 > 0 }.map { "\(Format.count($0.0)) \($0.1)" }
    let alone = cases.filter { !$0.entry.isCommon }
    let unmatched: [(CommitSide, String)] = [(.head, "new"), (.base, "removed")]
    let others = unmatched.compactMap { side, word -> String? in
      let number = alone.count { $0.entry.sides == [side] }
      return number > 0 ? "\(Format.amount(number, "case")) \(word)" : nil
    }
    return "\(Format.amount(outcomes.count, "gate")): \((counted + others).joined(separator: ", "))."
  }
}

extension Verdict {
  /// Whether it says something, one way or the other.
  var isDecided: Bool {
    switch self {
    case .regressed, .withinTolerance, .improved, .new: true
    case .inconclusive, .refused: false
    }
  }
}
