import Testing

@testable import PGMeasuring

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
