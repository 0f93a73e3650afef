import PGStatistics

/// The search of one session for the highest rate at which a variant reaches its goal.
///
/// From near the rate of a closed loop it goes up by a quarter, or down by half, until one rate holds and a
/// higher one doesn't, and then halves what is between them, in logarithms, to 2 %. Whether a rate holds is a
/// matter of chance near the edge, and one pause of the machine can spoil a quarter of a second. So a rate that
/// fails is tried twice more, and holds if it does so both times. What is left of chance differs from session
/// to session, and is in the interval over them.
package struct RateSearch: Sendable {
  /// What the rate is to hold.
  private let goal: RateGoal
  private let clients: Int
  /// The highest rate that held, and how its operations went.
  package private(set) var found: Probe?
  /// The lowest rate that didn't.
  private var failed: Double?
  /// How often the next rate was tried, and failed.
  private var failures = 0
  private var successes = 0
  /// The rate that is to be tried next, in operations per second.
  private var next: Double
  /// Whether there is nothing more to try.
  package private(set) var isOver = false
  /// The latest failure's percentile, in nanoseconds.
  package private(set) var latestFailure: Int?

  /// Operations at a rate, and how they went.
  package struct Probe: Sendable, Hashable {
    /// Operations in a second.
    package let perSecond: Double
    /// How they went.
    package let timing: BlockTiming
  }

  /// How much apart the highest rate that holds and the lowest that doesn't are in the end: a ratio.
  package static let resolution = 1.02

  /// Starts a search.
  ///
  /// - Parameter perSecond: About how many operations a closed loop runs in a second.
  package init(_ goal: RateGoal, clients: Int, closedLoop perSecond: Double) {
    self.goal = goal
    self.clients = max(1, clients)
    let usual = perSecond.isFinite ? perSecond : 1000
    next = min(ArrivalRate.greatest, max(goal.lowest(clients: self.clients), 0.8 * usual))
  }

  /// The lowest rate that is tried.
  package var lowest: Double { goal.lowest(clients: clients) }

  /// The rate that is to be tried next.
  package var rate: ArrivalRate { ArrivalRate(perSecond: next, arrivals: goal.arrivals) }

  /// How many operations are to come at it.
  package var operations: Int { goal.operations(perSecond: next, clients: clients) }

  /// Takes how the operations went at the rate that was to be tried.
  package mutating func note(_ timing: BlockTiming) {
    let probe = Probe(perSecond: next, timing: timing)
    if holds(timing) {
      successes += 1
      if failures == 0 || successes == 2 {
        found = probe
        advance()
      }
    } else {
      failures += 1
      if failures == 2 {
        failed = next
        advance()
      }
    }
  }

  /// Whether the percentile is within the limit, and no more operations wait at the end than at a rate that is
  /// held.
  private mutating func holds(_ timing: BlockTiming) -> Bool {
    let sorted = RadixSort.sorted(timing.latencies)
    guard let latency = sorted.dropFirst(goal.percentile.rank(of: sorted.count)).first, let pace = timing.pace
    else { return false }
    let held = HeldRate(of: [pace], operations: sorted.count, rate: rate, clients: clients)
    let isHeld = latency <= goal.limit && held?.isHeld ?? false
    if !isHeld { latestFailure = latency }
    return isHeld
  }

  private mutating func advance() {
    (failures, successes) = (0, 0)
    switch (found?.perSecond, failed) {
    case (let low?, let high?):
      isOver = high / low <= Self.resolution
      next = (low * high).squareRoot()
    case (let low?, nil):
      isOver = low >= ArrivalRate.greatest
      next = min(ArrivalRate.greatest, low * 1.25)
    case (nil, let high?):
      isOver = high <= lowest
      next = max(lowest, high / 2)
    case (nil, nil): isOver = true
    }
  }
}

/// That a variant reaches its goal at no rate.
package struct RateNotFound: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which variant.
  package let variant: Variant
  /// What the rate was to hold.
  package let goal: RateGoal
  /// The lowest rate that was tried, in operations per second.
  package let lowest: Double
  /// The percentile there, in nanoseconds.
  package let latency: Int

  /// What was found, and what to do.
  package var description: String {
    let limit = Format.duration(.nanoseconds(goal.limit))
    let figure = Format.duration(.nanoseconds(latency))
    return """
      Variant "\(variant)" holds a \(goal.percentile.label) of at most \(limit) at no rate: at \
      \(Format.rate(lowest)) operations per second, the lowest that was tried, it was \(figure). Give .findRate \
      a longer latency, or the benchmark more clients.
      """
  }
}

extension Sampler {
  /// Finds each variant's highest rate in turns, and adds it to the samples as a block whose operations took
  /// what was between their intended starts.
  ///
  /// So the time of an operation is what the rate leaves it, and operations per second are the rate. The
  /// latencies, and what was used, are of the operations at that rate.
  ///
  /// - Parameter times: About how many nanoseconds an operation of each variant takes in a closed loop.
  /// - Throws: `RateNotFound`, and what a variant throws.
  func findRates(_ goal: RateGoal, _ sampling: inout Sampling, _ turns: Turns, times: [Double]) async throws {
    let start = now()
    var searches = times.map { RateSearch(goal, clients: plan.clients, closedLoop: 1e9 / $0) }
    var round = 0
    while searches.contains(where: { !$0.isOver }) {
      try Task.checkCancellation()
      var spent = 0
      for index in turns.schedule.order(session: turns.session, round: round) where !searches[index].isOver {
        let operations = searches[index].operations
        searches[index].note(
          try await turns.variants[index].run(
            first: sampling.next, operations: operations, rate: searches[index].rate))
        spent = max(spent, operations)
      }
      sampling.spend(spent)
      round += 1
    }
    for (index, search) in searches.enumerated() {
      guard let found = search.found else {
        throw RateNotFound(
          variant: turns.variants[index].variant, goal: goal, lowest: search.lowest,
          latency: search.latestFailure ?? 0)
      }
      let operations = found.timing.latencies.count
      sampling.samples.series[index].add(
        Block(
          session: turns.session, round: 0, operations: operations,
          elapsed: Int((Double(operations) * 1e9 / found.perSecond).rounded()), usage: found.timing.usage),
        latencies: found.timing.latencies)
    }
    sampling.rounds += 1
    sampling.operations += sampling.samples.series.compactMap { $0.blocks.last?.operations }.min() ?? 0
    sampling.nanoseconds += now() - start
  }
}
