import Testing

@testable import PGReporting

@Suite("What is found about clock and frequency")
struct FrequencyFindingsTests {
  @Test(
    "Sources that are read without a system call are good",
    arguments: ["tsc", "kvm-clock", "arch_sys_counter"])
  func good(source: String) throws {
    let finding = try #require(ExampleFacts.finding("clock") { $0.clockSource = source })
    #expect(finding.level == .good)
    #expect(finding.what == "The kernel's source is \(source). A reading takes 22 ns.")
  }

  @Test("Sources that take a system call spoil measuring", arguments: ["hpet", "acpi_pm", "xen"])
  func slow(source: String) {
    #expect(ExampleFacts.finding("clock") { $0.clockSource = source }?.level == .spoils)
  }

  @Test("A dear reading spoils measuring, whatever its source, and even where the source isn't known")
  func dear() throws {
    #expect(ExampleFacts.finding("clock") { $0.clockCost = 700 }?.level == .spoils)
    let finding = try #require(ExampleFacts.finding("clock") { ($0.clockSource, $0.clockCost) = (nil, 700) })
    #expect(finding.level == .spoils && finding.what.hasPrefix("A reading takes 700 ns."))
    #expect(ExampleFacts.finding("clock") { $0.clockSource = nil }?.level == .good)
  }

  @Test("Any governor but performance, on any CPU, spoils measuring, and is named")
  func governor() throws {
    let finding = try #require(
      ExampleFacts.finding("frequency") { $0.governors = ["performance", "powersave"] })
    #expect(finding.level == .spoils && finding.what.contains("performance, powersave"))
    #expect(finding.remedy?.contains("cpupower") == true)
  }

  @Test("A guest hears that its host decides, and nothing about turbo")
  func guest() throws {
    func guest(_ facts: inout MachineFacts) {
      (facts.isVirtual, facts.governors, facts.boost) = (true, [], nil)
    }
    let finding = try #require(ExampleFacts.finding("frequency", guest))
    #expect(finding.level == .unknown && finding.what.contains("The host chooses"))
    #expect(ExampleFacts.finding("turbo", guest) == nil)
    #expect(ExampleFacts.finding("machine", guest)?.level == .note)
  }

  @Test("Turbo is worth knowing, and is switched off in the file that the driver has")
  func turbo() {
    func remedy(_ boost: FrequencyBoost) -> String? {
      ExampleFacts.finding("turbo") { $0.boost = boost }?.remedy
    }
    #expect(
      remedy(.intelPState(isOn: true))?.contains(
        "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo") == true)
    #expect(
      remedy(.cpufreq(isOn: true))?.contains("echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost")
        == true)
    #expect(ExampleFacts.finding("turbo") { $0.boost = .cpufreq(isOn: false) }?.level == .good)
  }
}
