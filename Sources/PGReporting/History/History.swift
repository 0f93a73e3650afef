import PGMeasuring
import PGStatistics
import PGVerdicts

/// Many runs in their order, and how their ratios have changed.
package struct History: Sendable, Hashable {
  /// A file that is no part of it.
  package struct LeftOut: Error, Sendable, Hashable {
    /// The file's name.
    package let name: String
    /// Why, in words that follow the name.
    package let reason: String

    /// Leaves a file out.
    package init(name: String, reason: String) {
      self.name = name
      self.reason = reason
    }
  }

  /// The runs, from the first to the last.
  package let runs: [HistoryRun]
  /// The ratios of each case and variant over the runs, in the order of their first appearance.
  package let series: [HistorySeries]
  /// The files that are no part of it, in the order of their names.
  package let leftOut: [LeftOut]
  /// Whether the runs are in the order of their times; else they are in that of their files' names.
  package let isByTime: Bool
  /// In what a run was measured on something else than the one before it, in words; empty where in nothing.
  package let environmentChanges: [[String]]

  /// The most runs that are looked at; of more, the last ones are.
  package static let greatestLength = 500

  /// How often a history of unchanged code may show any change at all, whatever the number of its series.
  package static let rate = 0.05

  /// Puts runs in order and looks for changes.
  ///
  /// Runs are put in the order of their times; those that tell none, as baselines don't, are left out. Where
  /// most tell none, all are put in the order of their files' names, with numbers in them by their value. A
  /// copy of a run counts once. Runs of code that was not optimised are left out, and those without a ratio.
  package init(_ runs: [HistoryRun], leftOut: [LeftOut] = []) {
    var leftOut = leftOut
    var kept: [HistoryRun] = []
    var seen: [HistoryRun.Content: String] = [:]
    for run in runs.sorted(by: { Self.isNamedBefore($0.name, $1.name) }) {
      if let first = seen[run.content] {
        leftOut.append(LeftOut(name: run.name, reason: "is a copy of \(first)"))
      } else if !run.isOptimised {
        leftOut.append(
          LeftOut(
            name: run.name, reason: "measured code that was not optimised, of which no comparison holds"))
      } else if run.ratios.isEmpty {
        leftOut.append(LeftOut(name: run.name, reason: "has no ratio of a variant to its case's first"))
      } else {
        seen[run.content] = run.name
        kept.append(run)
      }
    }
    isByTime = kept.count { $0.time != nil } * 2 >= kept.count
    if isByTime {
      leftOut += kept.filter { $0.time == nil }.map {
        LeftOut(name: $0.name, reason: "tells no time, so that it has no place among runs that do")
      }
      // Runs of one time stay in the order of their names.
      kept = kept.compactMap { run in run.time.map { (run, $0) } }.enumerated()
        .sorted { ($0.element.1, $0.offset) < ($1.element.1, $1.offset) }.map(\.element.0)
    }
    let surplus = kept.prefix(max(0, kept.count - Self.greatestLength))
    leftOut += surplus.map {
      LeftOut(name: $0.name, reason: "is not among the last \(Format.amount(Self.greatestLength, "run"))")
    }
    kept.removeFirst(surplus.count)
    self.runs = kept
    self.leftOut = leftOut.sorted { Self.isNamedBefore($0.name, $1.name) }
    environmentChanges = kept.indices.map { index in
      index == 0 ? [] : Self.changes(from: kept[index - 1].fingerprint, to: kept[index].fingerprint)
    }
    series = Self.series(of: kept)
  }

  /// The series in which a change was found.
  package var changed: [HistorySeries] { series.filter { $0.change != .none } }

  /// In what what was measured on changed between two runs, the earlier one not counted.
  package func environmentChanges(after earlier: Int, through later: Int) -> [String] {
    guard earlier < later, runs.indices.contains(earlier), runs.indices.contains(later) else { return [] }
    return environmentChanges[(earlier + 1)...later].flatMap(\.self).uniqued
  }

  /// The fields in which two runs differ, such as `CPU A, then B`, in the order of their names.
  private static func changes(from earlier: Fingerprint, to later: Fingerprint) -> [String] {
    Set(earlier.fields.keys).union(later.fields.keys).sorted().compactMap { name in
      let (before, after) = (earlier.fields[name], later.fields[name])
      return before == after ? nil : "\(name) \(before ?? "not known"), then \(after ?? "not known")"
    }
  }

  private struct Key: Hashable {
    let identity: CaseIdentity
    let pair: VariantPair
  }

  private static func series(of runs: [HistoryRun]) -> [HistorySeries] {
    var places: [Key: Int] = [:]
    var found: [(key: Key, points: [HistorySeries.Point])] = []
    for (index, run) in runs.enumerated() {
      for ratio in run.ratios {
        // Where the order of a case's variants has changed, the ratio is turned around.
        let key = Key(identity: ratio.identity, pair: ratio.pair)
        let turned = Key(identity: ratio.identity, pair: ratio.pair.swapped)
        let isTurned = places[key] == nil && places[turned] != nil
        guard let one = isTurned ? ratio.inverted : ratio else { continue }
        let place = places[isTurned ? turned : key] ?? found.count
        if place == found.count {
          places[key] = place
          found.append((key, []))
        }
        // A file may hold a comparison twice.
        guard found[place].points.last?.run != index else { continue }
        found[place].points.append(HistorySeries.Point(run: index, estimate: one.estimate))
      }
    }
    // Of a ratio of fewer runs nothing is said either way.
    let rate = rate / Double(max(1, found.count { $0.points.count >= SeriesChange.fewestValues }))
    return found.map { HistorySeries($0.key.identity, $0.key.pair, points: $0.points, rate: rate) }
  }

  /// The order of names in which `run-9` comes before `run-10`.
  static func isNamedBefore(_ one: String, _ other: String) -> Bool {
    let (parts, others) = (nameParts(one), nameParts(other))
    for (a, b) in zip(parts, others) where a != b {
      switch (a, b) {
      case (.number(let a), .number(let b)): return a.count != b.count ? a.count < b.count : a < b
      case (.text(let a), .text(let b)): return a < b
      case (.number, .text): return true
      case (.text, .number): return false
      }
    }
    return parts.count != others.count ? parts.count < others.count : one < other
  }

  private enum NamePart: Equatable {
    case text(String)
    /// Digits without leading zeros, for a number may have any length.
    case number(String)
  }

  private static func nameParts(_ name: String) -> [NamePart] {
    var parts: [NamePart] = []
    var rest = Substring(name)
    while let first = rest.first {
      let isDigit = isDigit(first)
      let part = rest.prefix { Self.isDigit($0) == isDigit }
      rest = rest.dropFirst(part.count)
      parts.append(isDigit ? .number(String(part.drop { $0 == "0" })) : .text(String(part)))
    }
    return parts
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}

extension HistoryRun {
  /// What two files of one run have in common.
  fileprivate struct Content: Hashable {
    let commit: String?
    let startedAt: String?
    let fingerprint: Fingerprint
    let ratios: [Ratio]
  }

  fileprivate var content: Content {
    Content(commit: commit, startedAt: startedAt, fingerprint: fingerprint, ratios: ratios)
  }
}
