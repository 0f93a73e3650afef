import PGBenchCore
import PGBenchHost
import PGDriver

/// The two test programs of a duel while they run.
struct DuelPair: Sendable {
  private let base: Opponent
  private let head: Opponent
  private let settings: DuelSettings

  subscript(side: DuelSide) -> Opponent { side == .base ? base : head }

  /// Starts both.
  ///
  /// - Parameter number: Of the pair, for the names of the files that hold their output.
  static func started(
    _ products: [DuelSide: CommitBuild.Product], filter: (DuelSide) -> String, settings: DuelSettings,
    number: Int, listener: DuelListener
  ) async throws -> DuelPair {
    var opponents: [Opponent] = []
    do {
      for side in DuelSide.allCases {
        guard let product = products[side] else { continue }
        let opponent = try Opponent(
          side, product, filter: filter(side), socket: listener.path,
          log: "\(listener.privateFolder)/\(side.rawValue)-\(number).log", environment: settings.environment,
          patience: settings.patience)
        opponents.append(opponent)
        listener.expect(opponent)
      }
    } catch {
      for opponent in opponents { await opponent.stop() }
      throw error
    }
    return DuelPair(base: opponents[0], head: opponents[1], settings: settings)
  }

  private init(base: Opponent, head: Opponent, settings: DuelSettings) {
    self.base = base
    self.head = head
    self.settings = settings
  }

  private var opponents: [Opponent] { [base, head] }

  /// Waits until both have introduced themselves, and checks that they can be compared.
  func greet() async throws {
    for opponent in opponents {
      let isThere = await wait(for: .seconds(20)) { opponent.hello != nil || opponent.exitCode != nil }
      guard let hello = opponent.hello else {
        throw isThere ? withoutBenchmarks(opponent.side) : silent(opponent.side)
      }
      guard hello.version == DuelProtocol.version else {
        throw GateFailure(
          .otherProtocol,
          """
          The \(opponent.side.rawValue)'s PGBenchKit speaks version \(hello.version) of the duels' protocol, and this one \
          version \(DuelProtocol.version). Compare commits that use the same version of PGBenchKit.
          """)
      }
      guard hello.environment.buildMode == .optimised else {
        throw GateFailure(
          .unoptimised,
          """
          The \(opponent.side.rawValue) was compiled without optimisation, so its times mean nothing. Leave --configuration \
          out, or make it release.
          """)
      }
    }
  }

  /// The cases that arrive on each side, none of which takes part.
  func collectArrivals() async throws -> [DuelSide: [DuelCase]] {
    var cases: [DuelSide: [DuelCase]] = [:]
    for opponent in opponents {
      while true {
        for arrival in opponent.arrived {
          cases[opponent.side, default: []].append(arrival)
          opponent.pass(arrival.identity)
        }
        if let code = opponent.exitCode {
          guard code <= 1 else { throw opponent.ended() }
          break
        }
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
      opponents.allSatisfy { $0.exitCode != nil } || opponents.contains { $0.exitCode ?? 0 > 1 }
    }
    while true {
      if let place = ready() { return place }
      if await wait(for: Self.standstill, until: { ready() != nil || areOver() }) {
        guard ready() == nil else { continue }
        for opponent in opponents {
          if let code = opponent.exitCode, code > 1 { throw opponent.ended() }
        }
        return nil
      }
      // Suites that run one test after the other may have come to different ones.
      let stuck = opponents.flatMap { opponent in opponent.arrived.map { (opponent, $0.identity) } }
      for opponent in opponents {
        if let code = opponent.exitCode, code > 1 { throw opponent.ended() }
      }
      guard !stuck.isEmpty else { throw (opponents.first { $0.exitCode == nil } ?? head).hung() }
      for (opponent, identity) in stuck { opponent.pass(identity) }
    }
  }

  /// Lets both come to their ends, and sees to it that they do.
  func finish() async {
    _ = await wait(for: .milliseconds(500)) {
      for opponent in opponents {
        for arrival in opponent.arrived { opponent.pass(arrival.identity) }
      }
      return opponents.allSatisfy { $0.exitCode != nil }
    }
    await stop()
  }

  /// Ends both.
  func stop() async {
    for opponent in opponents { await opponent.stop() }
  }

  /// How long nothing may happen before the cases that wait are let go.
  private static let standstill = Duration.seconds(10)

  /// Waits until something is so; answers whether it became so in time.
  private func wait(for time: Duration, until isSo: @escaping @Sendable () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + time
    while !isSo() {
      guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
      try? await Task.sleep(for: .milliseconds(2))
    }
    return true
  }
}

extension DuelPair {
  /// What is to be said when a program ended without any benchmark.
  func withoutBenchmarks(_ side: DuelSide) -> GateFailure {
    let opponent = self[side]
    if let code = opponent.exitCode, code > 1 { return opponent.ended() }
    return GateFailure(
      .noBenchmarks,
      """
      The \(side.rawValue) has no benchmarks that match "\(settings.filter)": no test with the trait .benchmark ran. Give \
      another --filter. If it has some, its PGBenchKit is older than this command.
      """)
  }

  /// What is to be said when a program runs tests without having said hello.
  private func silent(_ side: DuelSide) -> GateFailure {
    GateFailure(
      .otherProtocol,
      """
      The \(side.rawValue)'s test program did not report for the duel: its PGBenchKit is older than this command, or tests \
      without benchmarks that match "\(settings.filter)" take longer than 20 s. Compare commits that use the same version \
      of PGBenchKit, or give another --filter.
      """)
  }
}
