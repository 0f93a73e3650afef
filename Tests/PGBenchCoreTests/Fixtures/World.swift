import PGMeasuring
import PGStatistics
import PGSystem
import PGVerdicts

/// A made-up machine on which two builds run the same benchmark, operation by operation.
struct World: Sendable {
  var sessions = 48
  var rounds = 40
  var operations = 30
  /// What an operation of the head takes besides, in nanoseconds, by its number in all; the base's takes 25
  /// µs.
  var slowdown: @Sendable (_ operation: Int) -> Double = { _ in 0 }
  /// The share of the head's blocks that take twice as long.
  var slowBlocks = 0.0
  /// The share of the head's sessions that take so many times as long as others.
  var slowSessions = (share: 0.0, factor: 1.0)
  /// The share of the head's sessions in which connecting, or the first operation, takes so many nanoseconds more.
  var slowStarts = (share: 0.0, connecting: 0, firstOperation: 0)
  /// How far both sides drift together, as a share of an operation's time.
  var drift = 0.0
  /// How much of a block's noise the next block has, on either side.
  var autocorrelation = 0.0
  /// How many of a thousand operations something interrupts for ten to thirty times their time, on either
  /// side.
  var interruptions = 2.0

  /// The samples that a seed gives.
  func samples(seed: Seed) -> SampleSet {
    var generator = seed.generator
    var series = ["sync@base", "sync@head"].map { SampleSet.Series(variant: $0) }
    var count = 0
    var noise = [0.0, 0.0]
    for session in 0..<sessions {
      let effects = [0, 1].map { side in
        exp(0.003 * generator.gaussian())
          * (side == 1 && generator.uniform() < slowSessions.share ? slowSessions.factor : 1)
      }
      for side in 0...1 {
        let isSlow = side == 1 && slowStarts.share > 0 && generator.uniform() < slowStarts.share
        series[side].openings.append(
          Int(3_000_000 * exp(0.1 * generator.gaussian())) + (isSlow ? slowStarts.connecting : 0))
        series[side].firstOperations.append(
          Int(300_000 * exp(0.1 * generator.gaussian())) + (isSlow ? slowStarts.firstOperation : 0))
      }
      for round in 0..<rounds {
        let together = exp(drift * sin(Double(session * rounds + round) / 50))
        for side in 0...1 {
          noise[side] = autocorrelation * noise[side] + 0.02 * generator.studentT3() / 3.0.squareRoot()
          let isSlow = side == 1 && generator.uniform() < slowBlocks
          let level = 25_000 * effects[side] * together * exp(noise[side]) * (isSlow ? 2 : 1)
          let latencies = (0..<operations).map { index in
            let interruption = generator.uniform() * 1000 < interruptions ? 10 + 20 * generator.uniform() : 1
            let planted = side == 1 ? slowdown(count + index) : 0
            return Int(level * (1 + 0.05 * generator.uniform()) * interruption + planted)
          }
          let used = Double(operations) * 6
          let elapsed = latencies.reduce(0, +)
          if Suspension.isOne(elapsed, operations: operations, after: series[side].blocks.suffix(9)) {
            series[side].add(disturbance: Suspension.name)
          }
          series[side].add(
            Block(
              session: session, round: round, operations: operations, elapsed: elapsed,
              usage: [.allocations: used, .allocatedBytes: 40 * used, .residentGrowth: 0]),
            latencies: latencies)
        }
        count += operations
      }
    }
    return SampleSet(series: series)
  }

  /// What a comparison of commits comes to, as one of a hundred of its kind, in this world.
  func verdicts(seed: Seed) throws -> [String: Verdict] {
    let one = WorkerCase.example("a", variants: [.sync])
    guard let entry = try CaseMatching(base: [one], head: [one]).entries.first else { return [:] }
    var budget = FalseAlarmBudget(rate: 0.01)
    let plan = CommitGates.plan(for: entry, tolerance: .percent(2), looks: 6, budget: &budget, gated: 50)
    let outcomes = plan.outcomes(of: samples(seed: seed), at: Look(5, isLast: true))
    return Dictionary(
      outcomes.compactMap { outcome in outcome.figures.map { ($0.quantity, outcome.verdict) } },
      uniquingKeysWith: { first, _ in first })
  }
}
