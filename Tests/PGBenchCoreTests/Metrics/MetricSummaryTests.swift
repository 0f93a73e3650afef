import Foundation
import PGMeasuring
import Testing

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
