import PGMeasuring

/// Judges which metrics of an operation can be had.
enum MetricFindings {
  static func of(_ missing: [MetricSummary], on machine: MachineFacts) -> [Finding] {
    let subject = "metrics"
    var byReason: [(reason: String, metrics: [Metric])] = []
    for summary in missing {
      guard case .notAvailable(let reason) = summary.outcome else { continue }
      if let place = byReason.firstIndex(where: { $0.reason == reason }) {
        byReason[place].metrics.append(summary.metric)
      } else {
        byReason.append((reason, [summary.metric]))
      }
    }
    if byReason.isEmpty {
      return [.good(subject, "All that the kit reads of clients and backends can be had.")]
    }
    return byReason.map { reason, metrics in
      .note(
        subject, "Reports will lack \(metrics.map(\.name).joined(separator: ", ")): \(reason).",
        remedy: metrics.contains(.instructions) ? remedy(machine) : nil)
    }
  }

  /// Linux, Documentation/admin-guide/sysctl/kernel.rst, "perf_event_paranoid": above 2, some distributions
  /// refuse all.
  private static func remedy(_ machine: MachineFacts) -> String? {
    guard let paranoid = machine.perfEventParanoid else { return nil }
    if paranoid > 2 { return "`sudo sysctl kernel.perf_event_paranoid=2` (it is \(paranoid))." }
    return machine.isVirtual == true
      ? "Have the hypervisor pass the performance counters on, or use bare metal: cloud providers offer both."
      : "In a container, allow perf_event_open(2): `docker run --cap-add PERFMON`."
  }
}
