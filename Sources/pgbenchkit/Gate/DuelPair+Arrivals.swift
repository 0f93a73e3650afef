import PGBenchCore

// Which cases have come to their benchmarks, and which of them both programs can run now.
extension DuelPair {
  /// The cases that arrive on each side, none of which takes part.
  func collectArrivals() async throws -> [DuelSide: [DuelCase]] {
    var cases: [DuelSide: [DuelCase]] = [:]
    for opponent in opponents {
      while true {
        for arrival in opponent.arrived {
          cases[opponent.side, default: []].append(arrival)
          opponent.pass(arrival.identity)
        }
        if opponent.hasDied { throw opponent.ended() }
        if opponent.exitCode != nil { break }
        guard
          await wait(for: settings.patience, until: { !opponent.arrived.isEmpty || opponent.exitCode != nil })
        else { throw opponent.hung() }
      }
    }
    return cases
  }

  /// The place in a list of the first case that waits on each side that has it; nil if none of them comes any more.
  func nextReady(_ entries: [DuelRoster.Entry]) async throws -> Int? {
    @Sendable func ready() -> Int? {
      let waiting = DuelSide.allCases.map { side in
        (side, Set(self[side].arrived.map(\.identity)))
      }
      return entries.firstIndex { entry in
        waiting.allSatisfy { side, arrived in entry[side] == nil || arrived.contains(entry.identity) }
      }
    }
    @Sendable func areOver() -> Bool {
      opponents.allSatisfy { $0.exitCode != nil } || opponents.contains(where: \.hasDied)
    }
    while true {
      if let place = ready() { return place }
      if await wait(for: Self.standstill, until: { ready() != nil || areOver() }) {
        guard ready() == nil else { continue }
        for opponent in opponents where opponent.hasDied { throw opponent.ended() }
        return nil
      }
      // Suites that run one test after the other may have come to different ones.
      let stuck = opponents.flatMap { opponent in opponent.arrived.map { (opponent, $0.identity) } }
      guard !stuck.isEmpty else { throw (opponents.first { $0.exitCode == nil } ?? self[.head]).hung() }
      for (opponent, identity) in stuck { opponent.pass(identity) }
    }
  }

  /// How long nothing may happen before the cases that wait are let go.
  private static let standstill = Duration.seconds(10)
}

extension DuelPair {
  /// What is to be said when a program ended without any benchmark.
  func withoutBenchmarks(_ side: DuelSide) -> GateFailure {
    let opponent = self[side]
    if opponent.hasDied { return opponent.ended() }
    return GateFailure(
      .noBenchmarks,
      """
      The \(side.rawValue) has no benchmarks that match "\(settings.filter)": no test with the trait .benchmark ran. Give \
      another --filter. If it has some, its PGBenchKit is older than this command.
      """)
  }

  /// What is to be said when a program runs tests without having said hello.
  func silent(_ side: DuelSide) -> GateFailure {
    GateFailure(
      .otherProtocol,
      """
      The \(side.rawValue)'s test program did not report for the duel within \(settings.patience): its PGBenchKit is older than \
      this command, or tests without benchmarks that match "\(settings.filter)" take longer. Compare commits that use the \
      same version of PGBenchKit, or give another --filter or a longer --patience.
      """)
  }
}
