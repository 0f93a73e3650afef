import PGSystem
import PGVerdicts
import Testing

@testable import PGBenchHost
@testable import PGBenchKit

@Suite("Run settings")
struct RunSettingsTests {
  @Test("Without variables the profile is quick and the reports go to .benchmarks")
  func defaults() throws {
    let settings = try RunSettings(environment: [:])
    #expect(settings.profile == .quick)
    #expect(settings.reportFolder == ".benchmarks")
  }

  @Test("An empty variable is as good as none")
  func empty() throws {
    let settings = try RunSettings(
      environment: ["PGBENCH_PROFILE": "", "PGBENCH_SEED": "", "PGBENCH_REPORT_DIR": ""])
    #expect(settings.profile == .quick)
    #expect(settings.reportFolder == ".benchmarks")
  }

  @Test("Variables are taken as they are")
  func given() throws {
    let settings = try RunSettings(
      environment: ["PGBENCH_PROFILE": "full", "PGBENCH_SEED": "42", "PGBENCH_REPORT_DIR": "/tmp/x"])
    #expect(settings.profile == .full)
    #expect(settings.seed == Seed(42))
    #expect(settings.reportFolder == "/tmp/x")
  }

  @Test(
    "Without variables regressions fail, 5 % is tolerated, and a run in a hundred may raise a false alarm")
  func gateDefaults() throws {
    let settings = try RunSettings(environment: [:])
    #expect(settings.policy == .fail && settings.tolerance == .percent(5) && settings.falseAlarmRate == 0.01)
    #expect(settings.baseline == nil && settings.savedBaseline == nil)
  }

  @Test("Gates and baselines are set by variables")
  func gates() throws {
    let settings = try RunSettings(
      environment: [
        "PGBENCH_GATE": "strict", "PGBENCH_TOLERANCE": "2.5", "PGBENCH_FALSE_ALARMS": "5",
        "PGBENCH_BASELINE": "main", "PGBENCH_SAVE_BASELINE": "mine", "PGBENCH_BASELINE_DIR": "/tmp/b",
      ])
    #expect(
      settings.policy == .strict && settings.tolerance == .percent(2.5) && settings.falseAlarmRate == 0.05)
    #expect(settings.baseline?.file.path == "/tmp/b/main.json")
    #expect(settings.savedBaseline?.file.path == "/tmp/b/mine.json")
  }

  @Test(
    "A gate's setting that can't be is refused by name",
    arguments: [
      ("PGBENCH_GATE", "on"), ("PGBENCH_TOLERANCE", "-1"), ("PGBENCH_TOLERANCE", "x"),
      ("PGBENCH_FALSE_ALARMS", "0"),
      ("PGBENCH_BASELINE", "../x"), ("PGBENCH_SAVE_BASELINE", "a/b"),
    ])
  func badGate(variable: String, value: String) {
    let error = #expect(throws: BenchmarkError.self) { try RunSettings(environment: [variable: value]) }
    #expect(error?.description.contains(variable) == true && error?.description.contains(value) == true)
  }

  @Test("An unknown profile is refused with the names of the known ones")
  func unknownProfile() {
    let error = #expect(throws: BenchmarkError.self) {
      try RunSettings(environment: ["PGBENCH_PROFILE": "Full"])
    }
    #expect(error?.description.contains("\"Full\"") == true)
    #expect(error?.description.contains("smoke, quick, full, gate") == true)
  }

  @Test("A seed that is no number is refused", arguments: ["x", "-1", "1.5", "18446744073709551616"])
  func badSeed(seed: String) {
    #expect(throws: BenchmarkError.self) { try RunSettings(environment: ["PGBENCH_SEED": seed]) }
  }
}

@Suite("Profiles")
struct ProfileTests {
  private let ladder = [10, 50, 100, 500, 1000, 2000, 5000, 10_000]

  @Test("Full keeps every count, in ascending order and once")
  func full() {
    #expect(Profile.full.counts(of: [100, 10, 100]) == [10, 100])
    #expect(Profile.full.counts(of: ladder) == ladder)
  }

  @Test("Quick keeps the counts up to 1,000, or makes one of 1,000 if all are greater")
  func quick() {
    #expect(Profile.quick.counts(of: ladder) == [10, 50, 100, 500, 1000])
    #expect(Profile.quick.counts(of: [100_000]) == [1000])
  }

  @Test("Gate keeps the greatest count up to 1,000, or makes one of 1,000 if all are greater")
  func gate() {
    #expect(Profile.gate.counts(of: ladder) == [1000])
    #expect(Profile.gate.counts(of: [10, 50]) == [50])
    #expect(Profile.gate.counts(of: [100_000]) == [1000])
  }

  @Test("Smoke keeps the smallest count, and at most 10")
  func smoke() {
    #expect(Profile.smoke.counts(of: ladder) == [10])
    #expect(Profile.smoke.counts(of: [5, 10]) == [5])
    #expect(Profile.smoke.counts(of: [100_000]) == [10])
  }

  @Test(
    "Counts below 1 are kept by every profile, beside what it keeps of the others",
    arguments: Profile.allCases)
  func impossible(profile: Profile) {
    #expect(profile.counts(of: [10, 0, -5]) == [-5, 0, 10])
    #expect(profile.counts(of: [0]) == [0])
  }

  @Test("A sweep of nothing stays nothing", arguments: Profile.allCases)
  func nothing(profile: Profile) {
    #expect(profile.counts(of: []).isEmpty)
  }
}
