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
