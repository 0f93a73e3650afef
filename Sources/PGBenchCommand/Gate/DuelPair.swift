import PGDriver
import PGMeasuring
import PGVerdicts

/// The two test programs of a duel while they run.
struct DuelPair: Sendable {
  private let base: Opponent
  private let head: Opponent
  let settings: DuelSettings
  private let number: Int

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
          log: "\(listener.privateFolder)/\(side.rawValue)-\(number).log", inheriting: settings.inherited,
          environment: settings.environment, patience: settings.patience)
        opponents.append(opponent)
        listener.expect(opponent)
      }
    } catch {
      for opponent in opponents { await opponent.stop() }
      throw error
    }
    return DuelPair(base: opponents[0], head: opponents[1], settings: settings, number: number)
  }

  private init(base: Opponent, head: Opponent, settings: DuelSettings, number: Int) {
    self.number = number
    self.base = base
    self.head = head
    self.settings = settings
  }

  var opponents: [Opponent] { [base, head] }

  /// Both, the one first that lets cases go where the two have come to different ones: by turns, so that each
  /// case has its sessions.
  var yielding: [Opponent] { number.isMultiple(of: 2) ? [base, head] : [head, base] }

  /// Waits until the programs have introduced themselves, and checks that they can be compared.
  ///
  /// - Parameter sides: Those that have any case to run.
  func greet(_ sides: Set<DuelSide> = Set(DuelSide.allCases)) async throws {
    for opponent in opponents where sides.contains(opponent.side) {
      let isThere = await wait(for: settings.patience) {
        opponent.hello != nil || opponent.exitCode != nil || opponent.failure != nil
      }
      if let failure = opponent.failure { throw failure }
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
      guard hello.environment?.buildMode == .optimised else {
        throw GateFailure(
          .unoptimised,
          """
          The \(opponent.side.rawValue) was compiled without optimisation, so its times mean nothing. Leave --configuration \
          out, or make it release.
          """)
      }
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

  /// Waits until something is so; returns whether it became so in time.
  func wait(for time: Duration, until isSo: @escaping @Sendable () -> Bool) async -> Bool {
    let deadline = ContinuousClock.now + time
    while !isSo() {
      guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
      try? await Task.sleep(for: .milliseconds(2))
    }
    return true
  }
}
