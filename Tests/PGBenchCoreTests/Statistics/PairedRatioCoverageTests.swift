import PGMeasuring
import PGStatistics
import PGSystem
import Testing

/// Whether the 95 % interval holds the truth in about 95 of 100 measurements: the property that gates rest on.
///
/// With 400 simulated measurements the share itself has a standard deviation of 1.1 per cent; seeds are fixed,
/// so that the tests give the same answer always.
@Suite("PairedRatio's coverage, simulated")
struct PairedRatioCoverageTests {
  private func coverage(_ simulation: Simulation, cases: Int = 400) throws -> (share: Double, width: Double) {
    var covered = 0
    var width = 0.0
    for number in 0..<cases {
      let samples = simulation.samples(seed: Seed(2024).derived(number))
      let estimate = try PairedRatio.estimate(of: samples.series[1].blocks, against: samples.series[0].blocks)
      if (estimate.low...estimate.high).contains(simulation.ratio) { covered += 1 }
      width += (estimate.high - estimate.low) / Double(cases)
    }
    return (Double(covered) / Double(cases), width)
  }

  @Test(
    "From two sessions to sixteen, the interval covers the truth as often as it says",
    arguments: [(2, 20), (3, 10), (4, 4), (6, 20), (8, 20), (16, 10)])
  func sessions(count: Int, rounds: Int) throws {
    let share = try coverage(Simulation(sessions: count, rounds: rounds, ratio: 1.06)).share
    #expect(0.92...0.99 ~= share)
  }

  @Test("With one session it covers what that session's rounds tell", arguments: [2, 4, 6, 30])
  func oneSession(rounds: Int) throws {
    let share = try coverage(Simulation(sessions: 1, rounds: rounds, sessionEffect: 0)).share
    #expect(0.92...0.99 ~= share)
  }

  @Test("Stray sessions neither break the coverage nor make the interval useless")
  func straySessions() throws {
    let calm = try coverage(Simulation(sessions: 8, rounds: 20))
    let stray = try coverage(Simulation(sessions: 8, rounds: 20, straySessions: 3))
    #expect(0.92...0.99 ~= stray.share)
    #expect(stray.width < calm.width * 1.4)
  }

  @Test("Eight sessions of 20 rounds see a planted 6 % every time")
  func power() throws {
    for number in 0..<200 {
      let samples = Simulation(ratio: 1.06).samples(seed: Seed(7).derived(number))
      let estimate = try PairedRatio.estimate(of: samples.series[1].blocks, against: samples.series[0].blocks)
      #expect(estimate.finding == .slower)
    }
  }
}
