import Foundation
import Testing

@testable import PGMeasuring

@Suite("A metric in a report")
struct MetricSummaryTests {
  @Test(
    "is read back as it was written",
    arguments: [
      MetricSummary(.clientCPU, .value(12.5)),
      MetricSummary(.instructions, .notAvailable(reason: "this machine has no counter")),
      MetricSummary(Metric("cache hits", unit: .count), .value(0)),
    ])
  func roundTrip(summary: MetricSummary) throws {
    let data = try JSONEncoder().encode(summary)
    #expect(try JSONDecoder().decode(MetricSummary.self, from: data) == summary)
  }

  @Test("that isn't available has a reason and no value")
  func notAvailable() throws {
    let summary = MetricSummary(.instructions, .notAvailable(reason: "why"))
    let text = String(decoding: try JSONEncoder().encode(summary), as: UTF8.self)
    #expect(text.contains("\"notAvailable\":\"why\""))
    #expect(!text.contains("\"value\""))
    #expect(summary.value == nil)
  }
}

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
