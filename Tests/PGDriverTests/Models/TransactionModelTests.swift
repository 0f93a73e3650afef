import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Random programs of transactions, whose outcome a model says.
///
/// PGBENCH_MODEL_RUNS is how many each driver runs, PGBENCH_MODEL_SEED the seed of the first.
@Suite("Random programs of transactions", .paced, .timeLimit(.minutes(60)))
struct TransactionModelTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let runs = environment["PGBENCH_MODEL_RUNS"].flatMap { Int($0) } ?? 200
  private static let seed = environment["PGBENCH_MODEL_SEED"].flatMap { UInt64($0) }

  @Test("leave in the table what they were told", arguments: TestDriver.allCases)
  func table(driver: TestDriver) async throws {
    let database = try await testDatabase()
    let observer = try await AsyncConnection.connect(to: database.configuration)
    try await ModelWorld.prepare(observer)
    var seed = Self.seed ?? .random(in: 0 ... .max)
    var seeds = SeededGenerator(seed: seed)
    for _ in 0..<Self.runs {
      let program = ModelProgram.random(seed: seed, hasTasks: driver != .sync)
      let violations = try await Self.violations(program, driver, database, observer)
      guard violations.isEmpty else {
        try await Self.report(program, violations, driver, database, observer)
        break
      }
      seed = seeds.next()
    }
    await observer.close()
    try await database.drop()
  }

  private static func violations(
    _ program: ModelProgram, _ driver: TestDriver, _ database: Database, _ observer: AsyncConnection
  ) async throws -> [String] {
    let world = ModelWorld(configuration: database.configuration, observer: observer)
    return try await ModelRun(driver: driver, program: program, world: world).violations()
  }

  /// A violation without its numbers: a smaller program has others.
  private static func kind(_ violation: String) -> String { violation.filter { $0.isLetter || $0 == " " } }

  /// Records the failure with its program, and with a smaller one that fails alike.
  private static func report(
    _ program: ModelProgram, _ violations: [String], _ driver: TestDriver, _ database: Database,
    _ observer: AsyncConnection
  ) async throws {
    var (smallest, itsViolations) = (program, violations)
    var left = 200
    search: while true {
      for candidate in smallest.smaller {
        left -= 1
        guard left > 0 else { break search }
        let found = try await Self.violations(candidate, driver, database, observer)
        guard found.first.map(Self.kind) == violations.first.map(Self.kind) else { continue }
        (smallest, itsViolations) = (candidate, found)
        continue search
      }
      break
    }
    Issue.record(
      """
      \(driver.testDescription):
      \(program)
      \(violations.joined(separator: "\n"))
      The smallest part of it that fails alike:
      \(smallest)
      \(itsViolations.joined(separator: "\n"))
      """)
  }
}
