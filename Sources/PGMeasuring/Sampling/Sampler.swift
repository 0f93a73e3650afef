package import PGStatistics
import PGSystem

/// Lets the variants of a case take turns, block by block, and collects the times.
///
/// Sessions of fresh connections, in each of them rounds, in each round one block of every variant in the
/// order of the schedule. Blocks of one round run operations of the same indices, so that all variants do the
/// same work.
package struct Sampler: Sendable {
  let plan: SamplingPlan
  let now: @Sendable () -> Int

  /// Makes a sampler.
  ///
  /// - Parameter now: The clock for the budget, in nanoseconds.
  package init(plan: SamplingPlan, now: @escaping @Sendable () -> Int = { MonotonicClock.now() }) {
    self.plan = plan
    self.now = now
  }

  /// Measures one session, and adds it to what the sessions before it gave.
  ///
  /// - Parameter session: Its number, from 0.
  /// - Parameter variants: In the order of the sampling's; others than in the session before, if need be.
  /// - Parameter isBrief: Whether a few rounds are enough: all is decided but how sessions differ.
  /// - Parameter openings: How many times the connections are opened, at most.
  /// - Throws: what a variant throws. The session is closed by then.
  package func takeSession(
    _ session: Int, of variants: [any SampledVariant], into sampling: inout Sampling, isBrief: Bool = false,
    openings: Int = 1
  ) async throws {
    let turns = Turns(
      variants: variants, schedule: plan.schedule(variantCount: variants.count), session: session)
    do {
      try await open(&sampling, turns, atMost: openings)
      let times = try await warmUp(&sampling, turns)
      if let goal = plan.goal {
        try await findRates(goal, &sampling, turns, times: times)
      } else {
        try await measure(&sampling, turns, isBrief: isBrief)
      }
    } catch {
      for variant in variants { await variant.endSession() }
      throw error
    }
    for variant in variants { await variant.endSession() }
  }

  /// Opens the connections, again and again by turns, and leaves those open that come last.
  ///
  /// Whether a backend waits for the CPU on which it is forked is chance, and doubles the time to connect on a
  /// machine that is busy: the mean of several openings has less of it than one.
  private func open(_ sampling: inout Sampling, _ turns: Turns, atMost openings: Int) async throws {
    let order = turns.schedule.opening(session: turns.session)
    let start = now()
    var times = Array(repeating: 0, count: turns.variants.count)
    var turn = 0
    repeat {
      for index in turn.isMultiple(of: 2) ? order : order.reversed() {
        if turn > 0 { await turns.variants[index].endSession() }
        let begin = now()
        try await turns.variants[index].beginSession(turns.session)
        times[index] += now() - begin
      }
      turn += 1
    } while turn < openings && plan.mayOpenAgain(nanoseconds: now() - start, openings: turn)
    for (index, time) in times.enumerated() { sampling.samples.series[index].openings.append(time / turn) }
  }

  /// Runs blocks that double in length, until that is known to be a quarter of a measured block.
  ///
  /// They also tell how long an operation takes. Those of a quarter tell when the variants have reached a
  /// steady state. Once the length is known, sessions go to it after their first operations.
  ///
  /// - Returns: About how many nanoseconds an operation of each variant took in the end; infinite of none.
  private func warmUp(_ sampling: inout Sampling, _ turns: Turns) async throws -> [Double] {
    let start = now()
    var operations = 0
    var length = plan.clients
    var times: [[Double]] = Array(repeating: [], count: turns.variants.count)
    var typical = Array(repeating: Double.infinity, count: turns.variants.count)
    // Once a variant's times have stopped falling, noise doesn't let them fall again.
    var steady = Array(repeating: false, count: turns.variants.count)
    var isSteady: Bool { !steady.contains(false) }
    // What a rate says, or what is known of the sessions before; else what this warm-up has told so far.
    let known =
      plan.pacedBlockLength ?? sampling.steadyBlockLength ?? sampling.typicalTime.map(plan.blockLength)
    var blockLength = known ?? 1
    var estimate = blockLength
    while !plan.isWarm(operations: operations, nanoseconds: now() - start, isSteady: isSteady) {
      let timings = try await turns.round(0, of: &sampling, operations: length, rate: nil)
      if operations == 0 {
        for (index, timing) in timings.enumerated() {
          sampling.samples.series[index].firstOperations.append(timing.elapsed)
        }
      }
      operations += length
      sampling.samples.warmUp.operations += length * timings.count
      for (index, timing) in timings.enumerated() {
        times[index].append(Double(timing.elapsed) / Double(length))
      }
      // The fastest variant decides, so that its blocks are long enough; no single block does, which may have
      // been the one that was interrupted.
      typical = times.map { Median.of($0.suffix(2 * SteadyState.window)) ?? .infinity }
      estimate = plan.blockLength(nanosecondsPerOperation: typical.min() ?? 0)
      if known == nil { blockLength = estimate }
      for index in steady.indices where !steady[index] { steady[index] = SteadyState.isReached(times[index]) }
      let quarter = max(plan.clients, blockLength / 4 / plan.clients * plan.clients)
      let next = known == nil ? min(length * 2, quarter) : quarter
      // Blocks of other lengths spread what a block costs over more operations.
      if next != length {
        times = times.map { _ in [] }
        steady = steady.map { _ in false }
      }
      length = next
    }
    sampling.samples.warmUp.sessions += 1
    if isSteady {
      sampling.samples.warmUp.steadySessions += 1
      sampling.steadyBlockLength = sampling.steadyBlockLength ?? estimate
    }
    sampling.blockLength = sampling.steadyBlockLength ?? blockLength
    sampling.samples.warmUp.duration += now() - start
    return typical
  }

  /// Measures rounds in pairs, so that every order comes with its reverse.
  private func measure(_ sampling: inout Sampling, _ turns: Turns, isBrief: Bool) async throws {
    let length = max(plan.clients, sampling.blockLength)
    let leadIn = plan.leadIn(ofBlock: length)
    let start = now()
    // What rounds took that were taken again, which are not to shorten the session.
    var retaking = 0
    var round = 0
    repeat {
      let begin = now()
      let timings = try await turns.round(round, of: &sampling, operations: length, rate: plan.rate)
      let disturbances = sampling.disturbances(of: timings)
      for (index, cause) in disturbances.enumerated() {
        if let cause { sampling.samples.series[index].add(disturbance: cause) }
      }
      if let disturbance = disturbances.lazy.compactMap(\.self).first {
        if plan.mayRetake(retaken: sampling.retaken, rounds: sampling.rounds) {
          sampling.retaken += 1
          sampling.samples.retakenRounds[disturbance, default: 0] += 1
          for (index, timing) in timings.enumerated() {
            sampling.samples.series[index].add(
              uncompared: Block(
                session: turns.session, round: round, operations: length, elapsed: timing.compared))
          }
          retaking += now() - begin
          continue
        }
        sampling.samples.disturbedRounds += 1
      }
      for (index, whole) in timings.enumerated() {
        let timing = whole.droppingFirst(leadIn)
        sampling.samples.series[index].add(
          Block(
            session: turns.session, round: round, operations: length - leadIn, elapsed: timing.compared,
            usage: timing.usage, pace: timing.pace),
          latencies: timing.latencies)
        sampling.samples.series[index].add(
          uncompared: Block(
            session: turns.session, round: round, operations: leadIn, elapsed: whole.elapsed - timing.elapsed)
        )
      }
      sampling.rounds += 1
      sampling.operations += length - leadIn
      round += 1
      // Also where time is up: the first round may have been disturbed, and not counted.
    } while round == 0 || round % 2 == 1
      || !(isBrief && round >= SamplingPlan.roundsOfBriefSession)
        && !plan.isOver(
          session: turns.session, rounds: sampling.rounds, operations: sampling.operations,
          nanoseconds: sampling.nanoseconds + now() - start - retaking)
    sampling.nanoseconds += now() - start - retaking
    sampling.typicalTime = sampling.typicalTime(inSession: turns.session) ?? sampling.typicalTime
  }
}

/// What a sampler has measured of a case so far, and where it is: what one session hands on to the next.
package struct Sampling: Sendable {
  /// How many operations are run before, to show that all variants do the same: enough for a body that does
  /// by turns this and that.
  package static let checkedOperations = 8

  /// What was measured.
  package var samples: SampleSet
  /// The index of the next operation, the same for all variants.
  private(set) var next: Int
  package var rounds = 0
  package var retaken = 0
  /// How many operations each variant has run in measured rounds.
  package var operations = 0
  package var nanoseconds = 0
  /// How many operations a block of the current session has.
  package fileprivate(set) var blockLength = 1
  /// The length that the first session has chosen whose warm-up reached a steady state, and the others keep.
  ///
  /// Until then each has its own, made from what was measured in the session before: all that is compared is
  /// compared within a session.
  package fileprivate(set) var steadyBlockLength: Int?
  /// Nanoseconds for an operation of the fastest variant in the latest session's rounds.
  fileprivate var typicalTime: Double?

  /// Starts with nothing measured.
  ///
  /// - Parameter first: The index of the first operation; those before it are spent already.
  package init(variants: [Variant], first: Int = 0) {
    next = first
    samples = SampleSet(series: variants.map { SampleSet.Series(variant: $0) })
  }

  /// Notes at which of the planned looks the samples are.
  package mutating func note(_ look: Look) { samples.look = look }

  /// Goes on to the next operations.
  package mutating func spend(_ operations: Int) {
    next += operations
    samples.nextOperation = next
  }

  /// Nanoseconds for an operation of the fastest variant: of each the median of a session's rounds.
  fileprivate func typicalTime(inSession session: Int) -> Double? {
    samples.series.compactMap { series in
      Median.of(series.blocks.reversed().prefix { $0.session == session }.compactMap(\.timePerOperation))
    }.min()
  }

  /// What disturbed each block of a round; nil for those that nothing did.
  package func disturbances(of timings: [BlockTiming]) -> [String?] {
    zip(timings, samples.series).map { timing, series in
      // What is long in an open loop may be the very stall that it is to show.
      let isSuspension =
        timing.intended == nil
        && Suspension.isOne(timing.elapsed, operations: blockLength, after: series.blocks.suffix(9))
      return isSuspension ? Suspension.name : timing.disturbance
    }
  }
}

/// Tells that the process was suspended in the middle of a block: by Ctrl-Z, a debugger, or a machine that
/// slept.
///
/// The process is not told of it. But such a block takes many times as long as those before it, and longer
/// than anything that an operating system does by itself.
package enum Suspension {
  /// The word for it in reports.
  package static let name = "suspension"

  /// Whether a block took so long, in nanoseconds, for its operations, compared with those before it.
  package static func isOne(
    _ elapsed: Int, operations: Int, after blocks: some Collection<Block>
  ) -> Bool {
    let times = blocks.compactMap(\.timePerOperation)
    guard times.count >= 5, let usual = Median.of(times) else { return false }
    return elapsed > 100_000_000 && Double(elapsed) > 10 * usual * Double(operations)
  }
}
