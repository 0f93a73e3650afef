import Testing

@testable import PGMeasuring

@Suite("The figure of a metric")
struct MetricEstimateTests {
  private func block(_ operations: Int, _ usage: [Metric: Double]) -> Block {
    Block(session: 0, round: 0, operations: operations, elapsed: 1, usage: usage)
  }

  @Test("that counts is the median of the blocks, so that a block in which a buffer grew doesn't move it")
  func counted() {
    let blocks = [8, 8, 9, 8.5].map { block(10, [.allocations: $0 * 10]) }
    #expect(MetricEstimate.perOperation(.allocations, in: blocks) == 8)
  }

  @Test("of time is the mean over all operations")
  func time() {
    let blocks = [block(10, [.clientCPU: 100]), block(30, [.clientCPU: 700])]
    #expect(MetricEstimate.perOperation(.clientCPU, in: blocks) == 20)
  }

  @Test("of the variant as a whole is the greatest")
  func whole() {
    let blocks = [
      block(10, [.peakMemory: 100]), block(10, [.peakMemory: 300]), block(10, [.peakMemory: 200]),
    ]
    #expect(MetricEstimate.perOperation(.peakMemory, in: blocks) == 300)
  }

  @Test("is missing, not 0, where no block has it")
  func missing() {
    #expect(MetricEstimate.perOperation(.instructions, in: [block(10, [:])]) == nil)
    #expect(MetricEstimate.perOperation(.clientCPU, in: [block(0, [.clientCPU: 5])]) == nil)
  }
}

@Suite("The account of a latency")
struct LatencyAccountTests {
  private func account(_ metrics: [Metric: Double], wallTime: Double = 100) -> LatencyAccount? {
    LatencyAccount(wallTime: wallTime, metrics: metrics.map { MetricSummary($0.key, .value($0.value)) })
  }

  @Test("has what client and server used, and names the rest")
  func shares() throws {
    let account = try #require(
      self.account([.clientCPU: 30, .serverCPU: 50, .clientRunDelay: 4, .serverRunDelay: 1]))
    #expect(account.client == 0.3)
    #expect(account.server == 0.5)
    #expect(abs(account.waitingForCPU - 0.05) < 1e-12)
    #expect(abs(account.transport - 0.15) < 1e-12)
  }

  @Test("calls no more of the rest waiting than there is")
  func overlap() throws {
    let account = try #require(self.account([.clientCPU: 60, .serverCPU: 38, .serverRunDelay: 40]))
    #expect(abs(account.waitingForCPU - 0.02) < 1e-12)
    #expect(account.transport == 0)
    #expect(try #require(self.account([.clientCPU: 90, .serverCPU: 90])).transport == 0)
  }

  @Test("isn't made up where a CPU time is missing")
  func missing() {
    #expect(account([.clientCPU: 30]) == nil)
    #expect(account([.clientCPU: 30, .serverCPU: 1], wallTime: 0) == nil)
  }
}
