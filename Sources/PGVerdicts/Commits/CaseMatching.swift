package import PGMeasuring
package import PGSystem

/// Which cases the two commits have: together, and alone.
package struct CaseMatching: Sendable, Hashable {
  /// A case with what each side says about it; at least one does.
  package struct Entry: Sendable, Hashable {
    /// The base's; nil for a case that is new.
    package let base: WorkerCase?
    /// The head's; nil for a case that was removed.
    package let head: WorkerCase?

    /// What is said about it by the side in question, or else by the other.
    package let described: WorkerCase

    /// Which case.
    package var identity: CaseIdentity { described.identity }

    /// The sides that have it.
    package var sides: [CommitSide] { CommitSide.allCases.filter { self[$0] != nil } }

    /// What a side says about it.
    package subscript(side: CommitSide) -> WorkerCase? { side == .base ? base : head }

    /// Whether both sides have it.
    package var isCommon: Bool { base != nil && head != nil }
  }

  /// All cases: in the head's order, then those that only the base has.
  package let entries: [Entry]

  /// Puts the cases of both sides together.
  ///
  /// - Throws: `ProtocolViolation` where a side has two cases of one name: which of them is the other side's
  ///   could not be known.
  package init(base: [WorkerCase], head: [WorkerCase]) throws(ProtocolViolation) {
    for (side, cases) in [(CommitSide.base, base), (.head, head)] {
      guard let twice = cases.map(\.identity).firstDuplicate else { continue }
      throw ProtocolViolation("the \(side.rawValue) has two benchmarks of one name: \(twice)")
    }
    let bases = Dictionary(uniqueKeysWithValues: base.map { ($0.identity, $0) })
    let heads = Set(head.map(\.identity))
    var entries = head.map { Entry(base: bases[$0.identity], head: $0, described: $0) }
    for one in base where !heads.contains(one.identity) {
      entries.append(Entry(base: one, head: nil, described: one))
    }
    self.entries = entries
  }

  /// The benchmarks that the head has no more, said in words; none if there are none.
  package var removed: [String] {
    let removed = entries.filter { $0.sides == [.base] }.map { "\($0.identity)" }
    guard !removed.isEmpty else { return [] }
    return [
      "The head no longer has \(Format.amount(removed.count, "benchmark")) of the base, so that nothing held "
        + "\(removed.count == 1 ? "it" : "them") to anything (--strict fails then): "
        + "\(removed.joined(separator: "; "))."
    ]
  }

  /// How the cases are placed, in words, each once.
  package var placements: [String] { entries.map(\.described.placement).uniqued }

  /// The cases in groups that are measured one after the other, so that not all databases have to exist at
  /// once.
  package func batches(of size: Int) -> [[Entry]] {
    stride(from: 0, to: entries.count, by: max(1, size)).map {
      Array(entries[$0..<min($0 + max(1, size), entries.count)])
    }
  }
}

/// One of the two commits of a comparison.
package enum CommitSide: String, Sendable, Hashable, Codable, CaseIterable {
  /// The commit that the other is held against.
  case base
  /// The commit in question.
  case head

  /// The name of one of its variants in a comparison's samples, such as `async@head`.
  package func variant(_ variant: Variant) -> Variant { Variant("\(variant.name)\(suffix)") }

  /// What the names of its variants end in.
  private var suffix: String { "@\(rawValue)" }

  /// The side that a variant's name tells, and its name without that; nil for one of no comparison.
  package static func parts(of variant: Variant) -> (side: CommitSide, name: String)? {
    allCases.first { variant.name.hasSuffix($0.suffix) }.map { side in
      (side, String(variant.name.dropLast(side.suffix.count)))
    }
  }
}

/// One of the series of samples that a comparison of commits takes of a case: a variant of one side.
package struct CommitSeries: Sendable, Hashable {
  /// Which side runs it.
  package let side: CommitSide
  /// The variant's name on its side.
  package let variant: Variant
  /// Its place in that side's list.
  package let index: Int

  /// Its name in the comparison's samples, such as `async@head`.
  package var name: Variant { side.variant(variant) }
}

extension CaseMatching.Entry {
  /// The series of the case: variant by variant, the base's before the head's.
  package var series: [CommitSeries] { seriesByVariant.flatMap(\.self) }

  /// The series of each variant: one of each side that has it.
  package var seriesByVariant: [[CommitSeries]] {
    let all = sides.flatMap { side in
      (self[side]?.variants ?? []).enumerated().map { CommitSeries(side: side, variant: $1, index: $0) }
    }
    return all.map(\.variant).uniqued.map { variant in all.filter { $0.variant == variant } }
  }

  /// The variants that both sides have, which alone can be compared.
  package var commonVariants: [Variant] {
    (head?.variants ?? []).filter { base?.variants.contains($0) ?? false }
  }

  /// Those variants of the head, each against itself at the base, by their names in the comparison's samples.
  package var pairs: [VariantPair] {
    commonVariants.map { VariantPair(CommitSide.head.variant($0), against: CommitSide.base.variant($0)) }
  }

  /// The places of the series in groups, one for each variant: both sides of it, which alone are compared.
  package var groups: [[Int]] {
    var next = 0
    return seriesByVariant.map { group in
      defer { next += group.count }
      return Array(next..<(next + group.count))
    }
  }

  /// How long a block is.
  ///
  /// The speed of a shared machine changes on all scales of time: on one, the log ratio of two neighbouring
  /// blocks had the same standard deviation, 6 %, whether they were of 0.1 ms or of 6 ms. So the more blocks,
  /// the better, until what it takes to change from one to the other counts: of point queries, blocks of 0.4
  /// ms, of which twice as many fitted in, left the spread between sessions as it was.
  package static let blockDuration = Duration.milliseconds(1)

  /// How many operations of a block are run and not counted, at most.
  ///
  /// A CPU that ran the other program, or none, has forgotten this one: the first point query of a block took
  /// four times as long as the others, the second a fifth longer. Of operations that take 0.8 ms, blocks of
  /// six, of which two weren't counted, left a third of the rounds, and twice the spread between sessions.
  package static let leadIn = 2

  /// How many looks at a case are planned, of eight sessions each.
  ///
  /// Most cases are decided at the second or the third; the others are for when the machine is noisy.
  package static let looks = 6

  /// How long a session is measured at least: about as long as it takes to open its connections and to warm
  /// them up.
  package static let leastSession = Duration.milliseconds(50)

  /// How the case is sampled: until its gates are decided, with the usual share of time for each pair of
  /// series.
  ///
  /// Both sides come at the head's rate, or look for one with the head's goal: else they would have another
  /// load.
  ///
  /// - Parameter budget: How long a case with two series is measured at most, unless the test asks for
  ///   longer.
  package func plan(budget: Duration, seed: Seed) -> SamplingPlan {
    let asked = described.budget?.greatest ?? budget
    // A count of thousands would prolong the sessions of slow operations, and says nothing about one.
    return SamplingPlan(
      operations: min(described.identity.operations, 100), clients: described.clients,
      budget: .untilDecided(atMost: max(asked, budget) * (max(2, series.count) / 2)),
      warmUp: described.warmUp, seed: seed.derived(identity.description), rate: described.rate,
      goal: described.goal,
      blockDuration: Self.blockDuration, leadIn: Self.leadIn, groups: groups, looks: Self.looks,
      leastSession: Self.leastSession, endsBeforeCount: true)
  }
}
