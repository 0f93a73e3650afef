import PGSystem
import PGVerdicts
import Testing

/// Comparisons of commits in made-up worlds: what is worse than allowed never passes for within tolerance,
/// and what is the same is not taken for worse.
@Suite("Worlds")
struct WorldTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let world: World
    /// Whether all of its comparisons are to be red; else red or suspect.
    var isRed = true

    init(_ name: String, isRed: Bool = true, _ change: (inout World) -> Void) {
      var world = World()
      change(&world)
      testDescription = name
      self.world = world
      self.isRed = isRed
    }
  }

  private static let number = 20

  static let worse = [
    Shape("all operations + 4 %") { $0.slowdown = { _ in 1_000 } },
    Shape("every 200th + 5 ms") { $0.slowdown = { $0 % 200 == 7 ? 5_000_000 : 0 } },
    Shape("every 100th + 1 ms") { $0.slowdown = { $0 % 100 == 7 ? 1_000_000 : 0 } },
    Shape("every 50th + 0.2 ms") { $0.slowdown = { $0 % 50 == 7 ? 200_000 : 0 } },
    Shape("every 20th × 100") { $0.slowdown = { $0 % 20 == 7 ? 2_500_000 : 0 } },
    Shape("every 20th + 46 µs") { $0.slowdown = { $0 % 20 == 7 ? 46_000 : 0 } },
    Shape("every 1000th + 150 ms") { $0.slowdown = { $0 % 1000 == 7 ? 150_000_000 : 0 } },
    Shape("every 10,000th + 0.4 s", isRed: false) { $0.slowdown = { $0 % 10_000 == 7 ? 400_000_000 : 0 } },
    Shape("5 % of blocks × 2", isRed: false) { $0.slowBlocks = 0.05 },
    Shape("one session in four + 10 %", isRed: false) { $0.slowSessions = (0.25, 1.1) },
    Shape("one session in eight + 20 %", isRed: false) { $0.slowSessions = (0.125, 1.2) },
    Shape("connecting + 20 ms in one session of six", isRed: false) { $0.slowStarts = (0.17, 20_000_000, 0) },
    Shape("the first operation + 5 ms in one session of six", isRed: false) {
      $0.slowStarts = (0.17, 0, 5_000_000)
    },
    Shape("all + 2.5 %", isRed: false) { $0.slowdown = { _ in 640 } },
  ]

  @Test(
    "What is worse than allowed is red, or suspect where too little tells it from chance", arguments: worse)
  func caught(_ shape: Shape) throws {
    let verdicts = try (0..<Self.number).map { try shape.world.verdicts(seed: Seed(UInt64($0))) }
    let red = verdicts.count { $0.values.contains(.regressed) }
    let suspect = verdicts.count { !$0.values.contains(.regressed) && $0.values.contains(.suspect) }
    #expect(
      (shape.isRed ? red : red + suspect) >= Self.number - 1, "\(red) red, \(suspect) suspect: \(verdicts)")
  }

  static let same = [
    Shape("quiet") { _ in },
    Shape("drift of 20 % in both") { $0.drift = 0.2 },
    Shape("blocks like those before them") { $0.autocorrelation = 0.8 },
    Shape("often interrupted") { $0.interruptions = 8 },
    Shape("few rounds") { $0.rounds = 6 },
    Shape("a single pause of 0.4 s") { $0.slowdown = { $0 == 20_007 ? 400_000_000 : 0 } },
  ]

  @Test("What is the same is never red, and hardly ever anything but within tolerance", arguments: same)
  func unchanged(_ shape: Shape) throws {
    let verdicts = try (0..<Self.number).map { try shape.world.verdicts(seed: Seed(UInt64(1000 + $0))) }
    #expect(verdicts.allSatisfy { !$0.values.contains(.regressed) }, "\(verdicts)")
    let within = verdicts.count { $0.values.allSatisfy(\.isKept) }
    #expect(
      within >= Self.number - 1, "\(within) within: \(verdicts.filter { !$0.values.allSatisfy(\.isKept) })")
  }
}
