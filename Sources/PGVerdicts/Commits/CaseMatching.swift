public import PGMeasuring

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
        + "\(removed.count == 1 ? "it" : "them") to anything (--strict fails then): \(removed.joined(separator: "; "))."
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
