import PGMeasuring
import PGSystem

/// A made-up measurement of two variants with a known ratio, noisy in the ways that real ones are.
struct Simulation {
  var sessions = 8
  var rounds = 20
  /// The true time per operation of async ÷ that of sync.
  var ratio = 1.0
  /// Standard deviation of the log ratio between sessions.
  var sessionEffect = 0.002
  /// Standard deviation of a round's log ratio; the noise has Student's t with 3 degrees, so heavy tails.
  var noise = 0.02
  /// How far an operation's time drifts from 20 µs, either way and in both variants alike, in nanoseconds.
  var drift = 5_000.0
  /// How many sessions in a hundred are off by 5 % for their whole life.
  var straySessions = 0.0

  /// The samples that a seed gives.
  ///
  /// Both variants share a drift between 15 and 25 µs an operation, unless it is set.
  func samples(seed: Seed) -> SampleSet {
    var generator = seed.generator
    var sync = SampleSet.Series(variant: .sync)
    var async = SampleSet.Series(variant: .async)
    var round = 0
    for session in 0..<sessions {
      var effect = sessionEffect * generator.gaussian()
      if generator.uniform() * 100 < straySessions { effect += generator.uniform() < 0.5 ? 0.05 : -0.05 }
      for index in 0..<rounds {
        let drift = 20_000 + self.drift * sin(Double(round) / 7)
        let offset = log(ratio) + effect + noise * generator.studentT3() / 3.0.squareRoot()
        sync.append(session, index, drift * exp(-offset / 2))
        async.append(session, index, drift * exp(offset / 2))
        round += 1
      }
    }
    return SampleSet(series: [sync, async], warmUp: .init(operations: 100, duration: 2_000_000))
  }
}

extension SampleSet.Series {
  fileprivate mutating func append(_ session: Int, _ round: Int, _ timePerOperation: Double) {
    let block = Block(session: session, round: round, operations: 50, elapsed: Int(timePerOperation * 50))
    blocks.append(block)
    latencies += repeatElement(Int(timePerOperation), count: 50)
  }
}

extension SeededGenerator {
  mutating func uniform() -> Double {
    (Double(next() >> 11) + 0.5) / 9_007_199_254_740_992
  }

  /// Box and Muller's transformation.
  mutating func gaussian() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * .pi * uniform())
  }

  mutating func studentT3() -> Double {
    let squares = (0..<3).reduce(0.0) { sum, _ in
      let value = gaussian()
      return sum + value * value
    }
    return gaussian() / (squares / 3).squareRoot()
  }
}
