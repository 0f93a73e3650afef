import Testing

@testable import PGBenchHost
@testable import PGBenchKit

@Suite("A disturbance of a block")
struct DisturbanceTests {
  private func judge(
    client: Int64 = 800_000, server: Int64 = 1_150_000, delay: Int64 = 200_000, process: Int64? = nil,
    checkpointer: Int64 = 0, elapsed: Int = 2_000_000, isOneCPU: Bool = true
  ) -> Disturbance? {
    var start = UsageReading()
    (start.clientCPU, start.serverCPU, start.processCPU, start.checkpointerCPU) = (5, 5, 5, 5)
    (start.clientRunDelay, start.serverRunDelay) = (5, 5)
    var end = start
    end.clientCPU += client
    end.serverCPU += server
    end.processCPU += process ?? client
    end.checkpointerCPU += checkpointer
    end.clientRunDelay += delay
    return Disturbance.of(elapsed: elapsed, from: start, to: end, isOneCPU: isOneCPU)
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
    #expect(Disturbance.of(elapsed: 1, from: UsageReading(), to: UsageReading(), isOneCPU: true) == nil)
  }
}
