import PGMeasuring
import PGStatistics
import PGSystem
import Testing

@Suite("PairedRatio")
struct PairedRatioTests {
  private func blocks(_ times: [[Int]]) -> [Block] {
    times.enumerated().flatMap { session, rounds in
      rounds.enumerated().map { Block(session: session, round: $0, operations: 10, elapsed: $1 * 10) }
    }
  }

  @Test("A steady 10 % is 10 %, however the times drift")
  func drift() throws {
    let reference = blocks([[100, 200, 400, 300], [1_000, 2_000, 500, 700]])
    let variant = blocks([[110, 220, 440, 330], [1_100, 2_200, 550, 770]])
    let estimate = try PairedRatio.estimate(of: variant, against: reference)
    #expect(abs(estimate.ratio - 1.1) < 1e-12)
    #expect(abs(estimate.low - 1.1) < 1e-12 && abs(estimate.high - 1.1) < 1e-12)
    #expect(estimate.sessions == 2 && estimate.rounds == 8 && estimate.confidence == 0.95)
  }

  @Test("The order in which the blocks are handed over does not matter")
  func order() throws {
    let samples = Simulation().samples(seed: Seed(3))
    let (sync, async) = (samples.series[0].blocks, samples.series[1].blocks)
    let forward = try PairedRatio.estimate(of: async, against: sync)
    #expect(try PairedRatio.estimate(of: async.reversed(), against: sync) == forward)
  }

  @Test("Seen from the other side, the estimate is the inverse")
  func symmetry() throws {
    let samples = Simulation(ratio: 1.2).samples(seed: Seed(4))
    let (sync, async) = (samples.series[0].blocks, samples.series[1].blocks)
    let inverse = try PairedRatio.estimate(of: async, against: sync).inverted
    let swapped = try PairedRatio.estimate(of: sync, against: async)
    #expect(abs(inverse.ratio - swapped.ratio) < 1e-12)
    #expect(abs(inverse.low - swapped.low) < 1e-12 && abs(inverse.high - swapped.high) < 1e-12)
  }

  @Test("Blocks without a partner, operations or time are left out")
  func unpaired() throws {
    let reference = blocks([[100, 100, 100]])
    let variant =
      blocks([[120, 121, 119, 500]])
      + [
        Block(session: 9, round: 0, operations: 10, elapsed: 1),
        Block(session: 0, round: 7, operations: 0, elapsed: 1),
      ]
    let estimate = try PairedRatio.estimate(of: variant, against: reference)
    #expect(estimate.rounds == 3 && estimate.sessions == 1)
    #expect(abs(estimate.ratio - 1.2) < 1e-3)
  }

  @Test("One round is refused, with the number needed")
  func tooFew() throws {
    let one = blocks([[100]])
    #expect(throws: PairedRatioError.tooFewRounds(paired: 1)) {
      try PairedRatio.estimate(of: one, against: one)
    }
    #expect(throws: PairedRatioError.tooFewRounds(paired: 0)) {
      try PairedRatio.estimate(of: one, against: [])
    }
    #expect(PairedRatioError.tooFewRounds(paired: 1).description.contains("needs 2 at least"))
  }

  @Test("A confidence that is no fraction is refused", arguments: [0, 1, 95, Double.nan])
  func confidence(value: Double) {
    let some = blocks([[100, 101]])
    #expect(throws: PairedRatioError.self) {
      try PairedRatio.estimate(of: some, against: some, confidence: value)
    }
  }

  @Test("Fewer rounds give a wider interval, never a narrower one by pretence")
  func widening() throws {
    func width(rounds: Int) throws -> Double {
      let widths = try (0..<50).map { seed in
        let samples = Simulation(sessions: 1, rounds: rounds).samples(seed: Seed(1).derived(seed))
        let estimate = try PairedRatio.estimate(
          of: samples.series[1].blocks, against: samples.series[0].blocks)
        return estimate.high - estimate.low
      }
      return widths.sorted()[25]
    }
    let widths = try [2, 3, 8, 30, 200].map(width)
    #expect(widths == widths.sorted(by: >))
    #expect(widths[0] > 0.1)
  }

  @Test("An interval without practical bounds is still finite, both ways round")
  func unbounded() throws {
    let estimate = try PairedRatio.estimate(
      of: blocks([[100, 900]]), against: blocks([[100, 100]]), confidence: 0.999_999)
    #expect(estimate.low > 0 && estimate.high.isFinite)
    #expect(estimate.inverted.low > 0 && estimate.inverted.high.isFinite)
    #expect(estimate.finding == .noDifferenceShown)
  }

  @Test("A stray session of eight hardly moves the estimate")
  func straySession() throws {
    let reference = blocks(Array(repeating: [1_000, 1_000, 1_000], count: 8))
    var times = (0..<8).map { session in [1_000 + session, 1_000 + session, 1_000 + session] }
    times[7] = [1_090, 1_090, 1_090]
    let estimate = try PairedRatio.estimate(of: blocks(times), against: reference)
    #expect(estimate.ratio < 1.005)
    #expect(estimate.high < 1.01)
  }
}
