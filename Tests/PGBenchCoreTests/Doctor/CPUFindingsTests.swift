import Testing

@testable import PGReporting

@Suite("What is found about the CPUs")
struct CPUFindingsTests {
  @Test("One CPU is too few, and two are enough, with their numbers, and with how many there are for others")
  func count() throws {
    let one = try #require(ExampleFacts.finding("CPUs") { $0.cpus = [3] })
    #expect(one.level == .spoils && one.what.contains("CPU 3 only"))
    let some = try #require(
      ExampleFacts.finding("CPUs") { ($0.cpus, $0.onlineCPUs) = ([8, 0, 1, 2], 16) })
    #expect(some.level == .good && some.what == "This process may use 4 of 16 CPUs, 0–2, 8.")
    #expect(ExampleFacts.finding("CPUs") { _ in }?.what == "This process may use 2 CPUs, 0–1.")
  }

  @Test(
    "A refusal to bind threads, or to give them SCHED_BATCH, spoils measuring, and says why it was refused")
  func placement() throws {
    let refusal = Ability.refused(reason: "Operation not permitted")
    let unbound = try #require(ExampleFacts.finding("placement") { $0.binding = refusal })
    #expect(unbound.level == .spoils && unbound.what.contains("bound to a CPU: Operation not permitted"))
    let preempted = try #require(ExampleFacts.finding("placement") { $0.batchPolicy = refusal })
    #expect(preempted.level == .spoils && preempted.what.contains("SCHED_BATCH: Operation not permitted"))
  }

  @Test(
    "Other work is worth knowing, and spoils measuring where it leaves no CPU",
    arguments: [
      (0.05, 2, Finding.Level.good), (0.5, 2, .note), (0.6, 2, .spoils), (0.05, 1, .good), (0.2, 1, .spoils),
      (0.9, 64, .note), (0.99, 64, .spoils),
    ])
  func load(busy: Double, cpus: Int, level: Finding.Level) {
    let finding = ExampleFacts.finding("other work") { facts in
      facts.load = MachineLoad(busy: busy, stolen: 0)
      facts.onlineCPUs = cpus
    }
    #expect(finding?.level == level)
  }

  @Test("A hypervisor that takes 1 % is worth knowing, and one that takes 5 % spoils measuring")
  func stolen() {
    func level(_ stolen: Double) -> Finding.Level? {
      ExampleFacts.finding("stolen time") { facts in
        facts.isVirtual = true
        facts.load = MachineLoad(busy: 0, stolen: stolen)
      }?.level
    }
    #expect([0, 0.01, 0.05].map(level) == [.good, .note, .spoils])
    // Bare metal has nobody who could.
    #expect(ExampleFacts.finding("stolen time") { _ in } == nil)
  }

  @Test("A quota below the CPUs that there are stops everything in bursts, and one above them never")
  func quota() {
    func finding(_ limit: Double) -> Finding? {
      ExampleFacts.finding("CPU quota") { $0.quota = .cpus(limit) }
    }
    #expect(finding(1.5)?.level == .spoils)
    #expect(finding(1.5)?.what.contains("the time of 1.5 CPUs.") == true)
    #expect(finding(1)?.what.contains("the time of 1 CPU.") == true)
    #expect(finding(2)?.level == .good)
  }

  @Test("Shared cores are worth knowing, and a guest can't know of its host's")
  func siblings() {
    #expect(ExampleFacts.finding("SMT") { $0.hasActiveSiblings = true }?.level == .note)
    #expect(ExampleFacts.finding("SMT") { $0.isVirtual = true }?.level == .unknown)
  }
}
