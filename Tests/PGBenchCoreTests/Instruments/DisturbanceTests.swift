import Testing

@testable import PGMeasuring

@Suite("A disturbance of a block")
struct DisturbanceTests {
  private func judge(
    client: Double = 800_000, server: Double = 1_150_000, delay: Double = 200_000,
    process: Double? = nil, checkpointer: Double = 0, elapsed: Int = 2_000_000, isOneCPU: Bool = true
  ) -> Disturbance? {
    let used: [Metric: Double] = [
      .clientCPU: client, .serverCPU: server, .processCPU: process ?? client,
      .checkpointerCPU: checkpointer, .clientRunDelay: delay, .serverRunDelay: 0,
    ]
    return Disturbance.of(elapsed: elapsed, used: { used[$0] }, isOneCPU: isOneCPU)
  }

  @Test("isn't seen when client and server used the CPU themselves")
  func quiet() {
    #expect(judge() == nil)
  }

  @Test("by others on the CPU is time in which neither side ran though it could have")
  func others() {
    #expect(judge(client: 600_000, server: 800_000, delay: 700_000) == .otherProcesses)
  }

  @Test("isn't time that the operation waited by its own will")
  func sleeping() {
    #expect(judge(client: 100_000, server: 100_000, delay: 20_000) == nil)
  }

  @Test("by others on the CPU isn't looked for where client and server have more than one")
  func unbound() {
    #expect(judge(client: 600_000, server: 800_000, delay: 700_000, isOneCPU: false) == nil)
  }

  @Test("by a checkpoint is work of the checkpointer, not its waking up")
  func checkpoint() {
    #expect(judge(checkpointer: 100_000) == nil)
    #expect(judge(checkpointer: 300_000) == .checkpoint)
  }

  @Test("by other tests is work of this process beside the client's")
  func otherWork() {
    #expect(judge(process: 1_200_000) == nil)
    #expect(judge(process: 1_600_000) == .otherWork)
  }

  @Test("isn't seen where the system tells nothing")
  func unknown() {
    #expect(Disturbance.of(elapsed: 1, used: { _ in nil }, isOneCPU: true) == nil)
  }
}
