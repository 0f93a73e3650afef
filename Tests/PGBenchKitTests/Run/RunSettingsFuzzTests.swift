import PGTestSupport
import Testing

@testable import PGBenchHost
@testable import PGBenchKit

@Suite("Settings of any text", .paced, .timeLimit(.minutes(Fuzzing.minutes)))
struct RunSettingsFuzzTests {
  private static let variables = [
    "PGBENCH_PROFILE", "PGBENCH_SEED", "PGBENCH_REPORT_DIR", "PGBENCH_GATE", "PGBENCH_TOLERANCE",
    "PGBENCH_FALSE_ALARMS", "PGBENCH_BASELINE_DIR", "PGBENCH_BASELINE", "PGBENCH_SAVE_BASELINE",
  ]

  private static let values = [
    "", "smoke", "quick", "full", "gate", "Quick", "fail", "strict", "warn", "0", "1", "-1", "5", "0.0001",
    "50", "1000",
    "1e308", "1e999", "nan", "-nan", "inf", "-inf", "0x10", "18446744073709551615", "18446744073709551616",
    "1_000", " 5",
    "main", "../main", "a/b", ".", "..", "-x", "é", "/tmp", "/", "\u{1B}[31m", "a\nb", "٣", "½",
  ]

  private static func value(_ random: inout FuzzGenerator) -> String {
    if random.below(2) == 0 { return random.pick(values) }
    var scalars = String.UnicodeScalarView()
    for _ in 0..<random.below(12) {
      scalars.append(
        random.below(2) == 0 ? random.scalar() : random.pick(Array("0123456789.eE+-naif_/x".unicodeScalars)))
    }
    return String(scalars)
  }

  @Test("are taken as they can be, or refused in a line that names the variable")
  func settings() {
    let seed = Fuzzing.seed
    if Fuzzing.inputs > 10_000 { print("PGBENCH_FUZZ_SEED=\(seed)") }
    let start = ContinuousClock.now
    var random = FuzzGenerator(seed: seed)
    var taken = 0
    for number in 0..<Fuzzing.inputs {
      var environment: [String: String] = [:]
      for _ in 0...random.below(3) { environment[random.pick(Self.variables)] = Self.value(&random) }
      if let fault = Self.fault(of: environment, &taken) {
        Issue.record("Input \(number) of seed \(seed): \(fault): \(environment)")
        return
      }
    }
    if Fuzzing.inputs > 10_000 {
      print("\(Fuzzing.inputs) inputs, \(taken) taken, \(ContinuousClock.now - start)")
    }
    #expect(taken > Fuzzing.inputs / 50 && taken < Fuzzing.inputs)
  }

  private static func fault(of environment: [String: String], _ taken: inout Int) -> String? {
    do throws(BenchmarkError) {
      let settings = try RunSettings(environment: environment)
      taken += 1
      guard settings.tolerance.isMeaningful, settings.falseAlarmRate > 0, settings.falseAlarmRate <= 0.5
      else {
        return "\(settings) can't be kept"
      }
      let folder = environment["PGBENCH_BASELINE_DIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "Baselines"
      for named in [settings.baseline, settings.savedBaseline].compactMap(\.self) {
        guard named.file.path == "\(folder)/\(named.name).json", !named.name.contains("/") else {
          return "\(named.file.path) is elsewhere"
        }
      }
      return nil
    } catch {
      let text = error.description
      guard variables.contains(where: { environment[$0] != nil && text.contains($0) }) else {
        return "\"\(text)\" names no variable that was set"
      }
      return text.unicodeScalars.contains { $0.value < 0x20 } ? "a control character is shown" : nil
    }
  }
}
