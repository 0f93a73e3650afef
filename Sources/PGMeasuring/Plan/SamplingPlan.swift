package import PGStatistics
package import PGSystem

/// How one case is to be sampled: a plain value, which with the clock's readings decides everything.
package struct SamplingPlan: Sendable, Hashable {
  /// The count of the sweep: each variant runs at least so many operations.
  ///
  /// The blocks of a single client are no longer.
  package let operations: Int
  /// How many clients run at once.
  package let clients: Int
  /// When it is enough.
  package let budget: Budget
  /// What comes before.
  package let warmUp: WarmUp
  /// What the order of the variants follows from.
  package let seed: Seed
  /// At which rate operations begin; nil where each begins when the one before it has ended.
  package let rate: ArrivalRate?
  /// What the highest rate is looked for that holds it; nil where none is.
  package let goal: RateGoal?
  /// How long a block of a single client is to be.
  package let blockDuration: Duration
  /// How many operations at the start of a single client's block are run and not counted, at most.
  package let leadIn: Int
  /// The indices of variants that are compared with each other only, so that their blocks run next to each
  /// other; nil for all with all.
  package let groups: [[Int]]?
  /// How many looks at the data are planned where the budget ends when gates are decided; each comes after
  /// eight sessions at most.
  package let looksOfGates: Int
  /// How long a session of such a budget is at least.
  private let leastSession: Duration
  /// Whether a case whose gates are decided, or that takes too long, ends before each variant has run
  /// `operations`.
  package let endsBeforeCount: Bool

  /// Makes a plan; counts below 1 are taken as 1.
  package init(
    operations: Int, clients: Int = 1, budget: Budget, warmUp: WarmUp = .automatic, seed: Seed,
    rate: ArrivalRate? = nil, goal: RateGoal? = nil, blockDuration: Duration = .milliseconds(2),
    leadIn: Int = 0,
    groups: [[Int]]? = nil,
    looks: Int = 4, leastSession: Duration = .milliseconds(125), endsBeforeCount: Bool = false
  ) {
    self.endsBeforeCount = endsBeforeCount
    looksOfGates = max(1, looks)
    self.rate = rate
    self.goal = goal
    self.leastSession = leastSession
    self.leadIn = leadIn
    self.blockDuration = blockDuration
    self.groups = groups
    self.operations = max(1, operations)
    self.clients = max(1, clients)
    self.budget = budget
    self.warmUp = warmUp
    self.seed = seed
  }

  /// How many times fresh connections are opened.
  ///
  /// A connection is a random effect: two of the same driver differ by some tenths of a per cent for life.
  /// Many short sessions average that out, but each costs a few milliseconds to open and to warm up.
  ///
  /// Each search for a rate is one session, and takes seconds: eight give an interval.
  package var sessions: Int {
    if goal != nil {
      if case .rounds(let rounds) = budget { return min(8, max(1, rounds / 4)) }
      return 8
    }
    return switch budget {
    case .time(let time): min(16, max(4, time.wholeNanoseconds / 125_000_000))
    // Of the length that the default profile's have, so that each adds something soon.
    case .untilHalfWidth(_, let time): min(256, max(8, time.wholeNanoseconds / 187_500_000))
    // Many, since what a gate can show in the end hangs on their number: in pairs, as many before each look
    // as before others.
    case .untilDecided(let time):
      min(8, max(2, time.wholeNanoseconds / max(1, leastSession.wholeNanoseconds) / looks / 2 * 2)) * looks
    case .rounds(let rounds): min(8, max(1, rounds / 4))
    }
  }

  /// How many operations a block has, if one takes so many nanoseconds.
  ///
  /// A block is long against the clock's resolution and a first operation in cold caches, and short against
  /// the drift of the machine's speed: 2 ms unless the plan says otherwise. With several clients it is long
  /// against their start as well: ten times that, even if that is more operations than the count. Every
  /// client runs as many operations as the others.
  package func blockLength(nanosecondsPerOperation: Double) -> Int {
    if let pacedBlockLength { return pacedBlockLength }
    let target = Double(blockDuration.wholeNanoseconds) * (clients == 1 ? 1 : 10)
    let wanted = Int(min(100_000, target / max(nanosecondsPerOperation, 20)))
    guard clients > 1 else {
      return max(1, min(max(wanted, fewestOperations(nanosecondsPerOperation)), operations))
    }
    return max(1, wanted / clients) * clients
  }

  /// How many operations a block of an open loop has; nil of a closed one.
  ///
  /// A tenth of a second's, so that a stall is felt by all that were to begin meanwhile, and a hundred of each
  /// client if those come in a second.
  package var pacedBlockLength: Int? {
    rate.map { rate in
      let wanted = max(rate.perSecond / 10, min(100 * Double(clients), rate.perSecond))
      return max(1, Int(wanted) / clients) * clients
    }
  }

  /// The fewest operations of a block, so that a lead-in leaves most of them.
  ///
  /// The longer they take, the fewer: the lead-in takes no more than half of the duration that a block is to
  /// have. To operations that take longer than that a cold cache is little, and more rounds are worth more.
  private func fewestOperations(_ nanosecondsPerOperation: Double) -> Int {
    let half = Double(blockDuration.wholeNanoseconds) / 2
    return max(1, Int(min(Double(leadIn), half / max(nanosecondsPerOperation, 20))) * 3)
  }

  /// How many of a block's first operations aren't counted: a third of it at most.
  package func leadIn(ofBlock length: Int) -> Int {
    clients == 1 && rate == nil ? min(leadIn, length / 3) : 0
  }

  /// Whether a session is over, after what has been measured in it and in those before it.
  ///
  /// - Parameter session: The session, from 0.
  /// - Parameter rounds: Rounds measured in all sessions.
  /// - Parameter operations: Operations of each variant measured in all sessions.
  /// - Parameter nanoseconds: Time spent measuring in all sessions.
  package func isOver(session: Int, rounds: Int, operations: Int, nanoseconds: Int) -> Bool {
    let share = Double(session + 1) / Double(sessions)
    guard Double(operations) >= Double(self.operations) * share else { return false }
    switch budget {
    case .time(let time), .untilHalfWidth(_, let time), .untilDecided(let time):
      return Double(nanoseconds) >= Double(time.wholeNanoseconds) * share
    case .rounds(let wanted): return Double(rounds) >= Double(wanted) * share
    }
  }

  /// How many rounds tell of a session whether it is slow as a whole.
  package static let roundsOfBriefSession = 16

  /// How many times connections are opened in a session once a look has left open what that takes.
  package static let openingsWhileAsked = 4

  /// Whether the connections of a session may be opened once more: only where that is short.
  ///
  /// - Parameter nanoseconds: What the openings took so far, of all variants.
  package func mayOpenAgain(nanoseconds: Int, openings: Int) -> Bool {
    nanoseconds * (openings + 1) <= 200_000_000 * openings
  }

  /// Whether a disturbed round may be taken again.
  ///
  /// Bounded, or a machine that is never quiet would never be done: a third of the rounds, and a few to begin
  /// with.
  package func mayRetake(retaken: Int, rounds: Int) -> Bool { retaken < 4 + rounds / 3 }

  /// Which variant runs when, for a number of variants.
  package func schedule(variantCount: Int) -> Schedule {
    Schedule(groups: groups ?? [Array(0..<variantCount)], seed: seed)
  }

  /// Whether a session is warm, after so many operations of each variant and so much time.
  ///
  /// - Parameter isSteady: Whether the times of each variant have stopped falling (`SteadyState`).
  package func isWarm(operations: Int, nanoseconds: Int, isSteady: Bool) -> Bool {
    switch warmUp {
    case .operations(let wanted): return operations >= wanted
    case .time(let time): return nanoseconds >= time.wholeNanoseconds
    case .automatic:
      let limit = budget.greatest.map { $0.wholeNanoseconds / sessions / 8 } ?? 200_000_000
      return (operations >= 32 * clients && isSteady) || nanoseconds >= limit
    }
  }
}

// When the samples are looked at, and whether they are enough.
extension SamplingPlan {
  /// How many looks at the data are planned for gates.
  package var looks: Int {
    guard case .untilDecided = budget, goal == nil else { return 1 }
    return looksOfGates
  }

  /// The look that is due after a session; nil if none is.
  ///
  /// - Parameter session: The session that is over, from 0.
  /// - Parameter operations: What each variant has run in measured rounds.
  /// - Parameter measured: Nanoseconds spent measuring in all sessions.
  /// - Parameter spent: Nanoseconds that all sessions took, with connecting and warming up.
  package func look(after session: Int, operations: Int, measured: Int, spent: Int) -> Look? {
    if let last = lookWhenTimeIsUp(session: session, operations: operations, nanoseconds: measured) {
      return last
    }
    guard let look = look(after: session) else { return nil }
    return isOverdue(spent) ? Look(look.number, isLast: true) : look
  }

  /// Whether a case may end after so many operations of each variant.
  package func mayEnd(operations: Int) -> Bool { endsBeforeCount || operations >= self.operations }

  /// Whether a look is the last, as operations that take long have made the sessions longer than planned.
  private func isOverdue(_ spent: Int) -> Bool {
    guard endsBeforeCount, case .untilDecided(let time) = budget else { return false }
    return .nanoseconds(spent) > time * 3
  }

  /// The planned look after a session, from 0; nil if none is.
  package func look(after session: Int) -> Look? {
    guard (session + 1).isMultiple(of: max(1, sessions / looks)) else { return nil }
    let number = (session + 1) / max(1, sessions / looks) - 1
    return Look(min(number, looks - 1), isLast: session + 1 == sessions)
  }

  /// The last look, if one is due before its session since the time is up: operations of seconds make
  /// sessions much longer than they are planned.
  ///
  /// Four sessions are the fewest that a plan has. How long they take says nothing of what they show, so that
  /// the looks which were left out make the last one's bounds too wide at most.
  ///
  /// - Parameter session: The session that is over, from 0.
  /// - Parameter nanoseconds: Time spent measuring in all sessions.
  package func lookWhenTimeIsUp(session: Int, operations: Int, nanoseconds: Int) -> Look? {
    let limit: Duration
    switch budget {
    case .time(let time): limit = time
    case .untilHalfWidth(_, let time), .untilDecided(let time): limit = time * 3
    case .rounds: return nil
    }
    guard goal == nil, session >= 3, session % 2 == 1, session + 1 < sessions, operations >= self.operations,
      nanoseconds >= limit.wholeNanoseconds
    else { return nil }
    return Look(looks - 1, isLast: true)
  }

  /// Whether no more sessions are needed, since every interval is as narrow as was asked for.
  ///
  /// Sessions come in pairs, and six are the fewest whose spread says something.
  ///
  /// - Parameter session: The session that is over, from 0.
  /// - Parameter estimates: What all samples say; not asked for, as it takes a whole analysis, where they
  ///   can't matter.
  package func isNarrowEnough(
    session: Int, operations: Int, estimates: @autoclosure () throws -> [RatioEstimate]
  ) rethrows -> Bool {
    guard case .untilHalfWidth(let wanted, _) = budget, session >= 5, session % 2 == 1,
      operations >= self.operations
    else { return false }
    let estimates = try estimates()
    return !estimates.isEmpty && estimates.allSatisfy { ($0.high - $0.low) / 2 * 100 <= wanted.percent }
  }
}

/// Tells when a warm-up has reached a steady state: when the times per operation have stopped falling.
///
/// The rule compares the median of the last few blocks with the median of as many before them. It is
/// one-sided: what grows slower does not get warm by waiting, and a warm-up that never ends would be of no
/// use.
///
/// The sliding window and the threshold are those of Georges, Buytaert and Eeckhout, "Statistically rigorous
/// Java performance evaluation" (OOPSLA 2007), who take a virtual machine for steady when the coefficient of
/// variation of its last iterations is below 1 or 2 %. What is compared differs: the scatter of blocks of
/// milliseconds on a shared machine may stay above that for ever, while a median of three forgives one
/// disturbed block. Nor does it find what the changepoint analysis of Barrett et al. does, "Virtual machine
/// warmup blows hot and cold" (OOPSLA 2017), which looks back on thousands of iterations: a fall within the
/// tolerance, and one that comes later, are not seen.
package enum SteadyState {
  /// How many blocks make a median.
  package static let window = 3

  /// By how much the later median may be below the earlier one.
  package static let tolerance = Tolerance.percent(2)

  /// Whether the last blocks are no faster than those before them, but for the tolerance.
  ///
  /// - Parameter times: Times per operation of blocks of one variant, all equally long and in the order in
  ///   which they ran; in any unit. Fewer than two windows are never steady.
  package static func isReached(_ times: [Double]) -> Bool {
    guard let later = Median.of(times.suffix(window)),
      let earlier = Median.of(times.dropLast(window).suffix(window)), times.count >= 2 * window
    else { return false }
    return later >= earlier * (1 - tolerance.percent / 100)
  }
}
