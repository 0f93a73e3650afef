import PGMeasuring

/// What is known of a machine as far as it matters to measuring; nil or empty where the system doesn't tell.
package struct MachineFacts: Sendable, Hashable {
  /// The CPUs that the process may use.
  package var cpus: [Int32] = []
  /// Whether a thread can be bound to one of them.
  package var binding: Ability?
  /// Whether a thread can be given SCHED_BATCH.
  package var batchPolicy: Ability?
  /// What all CPUs did while this process slept.
  package var load: MachineLoad?
  /// How many CPUs there are, including those that this process may not use.
  package var onlineCPUs: Int?
  /// How much CPU time the process's control group may use.
  package var quota: CPUQuota?
  /// Whether cores are shared by two hardware threads or more.
  package var hasActiveSiblings: Bool?
  /// Whether a hypervisor runs below.
  package var isVirtual: Bool?
  /// What the kernel makes its clock of, such as `tsc`.
  package var clockSource: String?
  /// A reading of the clock in nanoseconds.
  package var clockCost: Double?
  /// The governors of the CPUs' frequencies, such as `performance`; one for each CPU, without repetitions.
  package var governors: Set<String> = []
  /// Whether CPUs run faster than their nominal frequency while they are cool.
  package var boost: FrequencyBoost?
  /// The kernel's setting `kernel.perf_event_paranoid`.
  package var perfEventParanoid: Int?
  /// Whether the kit was compiled with optimisation.
  package var isOptimised: Bool
  /// Whether another process measures on this machine at the moment.
  package var isMeasuring: Bool?

  /// Knows nothing but how the kit was compiled.
  package init(isOptimised: Bool) {
    self.isOptimised = isOptimised
  }
}

/// Whether something could be done.
package enum Ability: Sendable, Hashable {
  /// It was done.
  case works
  /// It was refused, in the words of the system or the server.
  case refused(reason: String)
}

/// Judges the kit itself: how it was compiled, and whether it measures elsewhere already.
enum KitFindings {
  static func of(_ facts: MachineFacts) -> [Finding] { [build(facts), lock(facts)] }

  private static func build(_ facts: MachineFacts) -> Finding {
    let subject = "build"
    if facts.isOptimised { return .good(subject, "The kit was compiled with optimisation.") }
    return .spoils(
      subject,
      "The kit was compiled without optimisation, which slows the drivers down unevenly, by 15 to 60 %.",
      remedy:
        "`swift test -c release` for benchmarks, `swift run -c release pgbench-kit doctor` for this command.")
  }

  private static func lock(_ facts: MachineFacts) -> Finding {
    let subject = "other runs"
    switch facts.isMeasuring {
    case .none:
      return .note(
        subject,
        "The lock that keeps benchmarks of this machine apart can't be opened: they may disturb each other.",
        remedy: "Make /tmp/pgbenchkit.lock readable for everybody.")
    case .some(false): return .good(subject, "No other benchmark of the kit runs on this machine.")
    case .some(true):
      return .note(
        subject,
        "Another benchmark runs on this machine, and is in what this look found. Runs wait for each other, "
          + "case by case."
      )
    }
  }
}

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
