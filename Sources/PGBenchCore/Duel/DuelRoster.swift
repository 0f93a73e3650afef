/// Which cases the two sides of a duel have: together, and alone.
public struct DuelRoster: Sendable, Hashable {
  /// A case with what each side says about it; at least one does.
  public struct Entry: Sendable, Hashable {
    /// The base's; nil for a case that is new.
    public let base: DuelCase?
    /// The head's; nil for a case that was removed.
    public let head: DuelCase?

    /// What is said about it by the side in question, or else by the other.
    public let described: DuelCase

    /// Which case.
    public var identity: CaseIdentity { described.identity }

    /// The sides that have it.
    public var sides: [DuelSide] { DuelSide.allCases.filter { self[$0] != nil } }

    /// What a side says about it.
    public subscript(side: DuelSide) -> DuelCase? { side == .base ? base : head }

    /// Whether both sides have it.
    public var isCommon: Bool { base != nil && head != nil }
  }

  /// All cases: in the head's order, then those that only the base has.
  public let entries: [Entry]

  /// Puts the cases of both sides together.
  ///
  /// A case is the same when suite, test and count are. Of a side's cases that have the same names, the first counts.
  public init(base: [DuelCase], head: [DuelCase]) {
    let bases = Dictionary(base.map { ($0.identity, $0) }) { first, _ in first }
    var seen: Set<CaseIdentity> = []
    var entries: [Entry] = []
    for one in head where seen.insert(one.identity).inserted {
      entries.append(Entry(base: bases[one.identity], head: one, described: one))
    }
    for one in base where seen.insert(one.identity).inserted {
      entries.append(Entry(base: one, head: nil, described: one))
    }
    self.entries = entries
  }

  /// How the cases are placed, in words, each once.
  public var placements: [String] { entries.map(\.described.placement).uniqued }

  /// The cases in groups that are measured one after the other, so that not all databases have to exist at once.
  public func heats(of size: Int) -> [[Entry]] {
    stride(from: 0, to: entries.count, by: max(1, size)).map {
      Array(entries[$0..<min($0 + max(1, size), entries.count)])
    }
  }
}
