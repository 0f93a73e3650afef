package import PGMeasuring

/// What a session's threads and backends had used in all at one moment; -1 where the system doesn't tell.
///
/// A plain value, so that to take it allocates nothing.
package struct UsageReading: Sendable {
  package var clientCPU: Int64 = -1
  package var serverCPU: Int64 = -1
  package var clientRunDelay: Int64 = -1
  package var serverRunDelay: Int64 = -1
  package var allocations: Int64 = -1
  package var allocatedBytes: Int64 = -1
  package var voluntarySwitches: Int64 = -1
  package var involuntarySwitches: Int64 = -1
  package var instructions: Int64 = -1
  /// CPU time of all of this process, whatever it does.
  package var processCPU: Int64 = -1
  /// CPU time of the server's checkpointer.
  package var checkpointerCPU: Int64 = -1

  /// The values of the user's own counters.
  package var custom: [Double] = []

  private static let metrics: [(Metric, @Sendable (UsageReading) -> Int64)] = [
    (.clientCPU, { $0.clientCPU }), (.serverCPU, { $0.serverCPU }),
    (.clientRunDelay, { $0.clientRunDelay }), (.serverRunDelay, { $0.serverRunDelay }),
    (.allocations, { $0.allocations }), (.allocatedBytes, { $0.allocatedBytes }),
    (.voluntarySwitches, { $0.voluntarySwitches }), (.involuntarySwitches, { $0.involuntarySwitches }),
    (.instructions, { $0.instructions }),
  ]

  /// The metrics that the system doesn't tell.
  package var unknown: [Metric] { Self.metrics.filter { $0.1(self) < 0 }.map(\.0) }

  /// What was used since an earlier reading, without what isn't known.
  package func usage(since start: UsageReading) -> [Metric: Double] {
    var usage: [Metric: Double] = [:]
    for (metric, value) in Self.metrics where value(self) >= 0 && value(start) >= 0 {
      usage[metric] = Double(value(self) - value(start))
    }
    return usage
  }

  /// The difference of one figure; nil where it isn't known.
  package func difference(_ figure: (UsageReading) -> Int64, since start: UsageReading) -> Int64? {
    let (now, before) = (figure(self), figure(start))
    return now >= 0 && before >= 0 ? now - before : nil
  }
}
