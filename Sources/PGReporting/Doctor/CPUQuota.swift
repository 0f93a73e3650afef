/// How much CPU time a control group may use.
///
/// The kernel lets the group run until its quota of a period is used up, and then stops all of it until the
/// next period (Linux, Documentation/scheduler/sched-bwc.rst).
package enum CPUQuota: Sendable, Hashable {
  /// As much as there is.
  case unlimited
  /// The time of so many CPUs.
  case cpus(Double)

  /// Reads `cpu.max` of a version 2 group, such as `150000 100000` or `max 100000` (Linux, cgroup-v2.rst).
  package init?(cpuMax: String) {
    let words = cpuMax.split { $0 == " " || $0 == "\n" }
    guard words.count == 2, let period = Double(words[1]) else { return nil }
    guard words[0] != "max" else {
      self = .unlimited
      return
    }
    guard let quota = Double(words[0]) else { return nil }
    self.init(quota: quota, period: period)
  }

  /// Reads `cpu.cfs_quota_us` and `cpu.cfs_period_us` of a version 1 group; a quota below 0 is none (Linux,
  /// sched-bwc.rst).
  package init?(cfsQuota: String, cfsPeriod: String) {
    let numbers = [cfsQuota, cfsPeriod].map { $0.prefix { $0 != "\n" } }.compactMap { Double($0) }
    guard numbers.count == 2 else { return nil }
    self.init(quota: numbers[0], period: numbers[1])
  }

  private init?(quota: Double, period: Double) {
    guard period > 0 else { return nil }
    self = quota < 0 ? .unlimited : .cpus(quota / period)
  }

  /// The tighter of two, for a group's ancestors bind it too.
  package func tightened(by other: CPUQuota) -> CPUQuota {
    switch (self, other) {
    case (.cpus(let a), .cpus(let b)): .cpus(min(a, b))
    case (.unlimited, _): other
    case (_, .unlimited): self
    }
  }
}
