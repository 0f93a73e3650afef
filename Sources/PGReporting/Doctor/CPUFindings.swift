import PGMeasuring

/// Judges whether there are CPUs to measure on, and what else uses them.
enum CPUFindings {
  static func of(_ facts: MachineFacts) -> [Finding] {
    [cpus(facts), placement(facts), load(facts), stolen(facts), quota(facts), siblings(facts)]
      .compactMap(\.self)
  }

  private static func cpus(_ facts: MachineFacts) -> Finding {
    let subject = "CPUs"
    switch facts.cpus.count {
    case 0: return .unknown(subject)
    case 1:
      return .spoils(
        subject,
        "This process may use CPU \(facts.cpus[0]) only. Client and server can't be kept apart from "
          + "everything else that runs on it.",
        remedy: "Let it use two or more: a larger machine, `docker run --cpuset-cpus=0-1`, no `taskset`.")
    default:
      let others = facts.onlineCPUs.flatMap { $0 > facts.cpus.count ? " of \($0)" : nil } ?? ""
      return .good(
        subject, "This process may use \(facts.cpus.count)\(others) CPUs, \(list(facts.cpus)).")
    }
  }

  /// Consecutive numbers as a range: `0–3, 8`.
  private static func list(_ cpus: [Int32]) -> String {
    var ranges: [ClosedRange<Int32>] = []
    for cpu in cpus.sorted() {
      if let last = ranges.last, last.upperBound + 1 == cpu {
        ranges[ranges.count - 1] = last.lowerBound...cpu
      } else {
        ranges.append(cpu...cpu)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)–\($0.upperBound)" }
      .joined(separator: ", ")
  }

  private static func placement(_ facts: MachineFacts) -> Finding {
    let subject = "placement"
    let remedy =
      "Run where sched_setaffinity(2) and sched_setscheduler(2) are allowed; a container's seccomp profile "
      + "may forbid them."
    switch (facts.binding, facts.batchPolicy) {
    case (.none, _), (_, .none):
      return .unknown(
        subject, "This system binds no threads to CPUs: where client and server run is left to chance.")
    case (.refused(let reason), _):
      return .spoils(
        subject,
        "Threads can't be bound to a CPU: \(reason). A wake-up across CPUs can cost more than a whole query.",
        remedy: remedy)
    case (_, .refused(let reason)):
      return .spoils(
        subject,
        "Threads can't be given SCHED_BATCH: \(reason). Whether a woken backend preempts its client is then "
          + "up to chance, for the life of a connection.",
        remedy: remedy)
    case (.works, .works):
      return .good(
        subject, "Threads can be bound to a CPU and given SCHED_BATCH, which rules wake-up preemption out.")
    }
  }

  private static func load(_ facts: MachineFacts) -> Finding {
    let subject = "other work"
    guard let load = facts.load, let cpus = facts.onlineCPUs, cpus > 0 else { return .unknown(subject) }
    let busy = load.busy * Double(cpus)
    let what =
      "Other processes used \(Format.share(load.busy)) of \(cpus == 1 ? "the CPU" : "\(cpus) CPUs") in a "
      + "second in which this one slept."
    let remedy = "Stop them, or wait: `top` names them."
    // A client and its backend take turns on one CPU; what is left must be one.
    if Double(cpus) - busy < 0.9 {
      return .spoils(subject, "\(what) There is no CPU left to measure on alone.", remedy: remedy)
    }
    if load.busy > 0.1 {
      return .note(
        subject,
        "\(what) They share caches and frequency with what is measured: comparisons bear it, absolute "
          + "times don't.",
        remedy: remedy)
    }
    return .good(subject, what)
  }

  /// Bare metal has no hypervisor that could steal.
  private static func stolen(_ facts: MachineFacts) -> Finding? {
    let subject = "stolen time"
    guard let stolen = facts.load?.stolen, facts.isVirtual != false || stolen > 0 else { return nil }
    let what = "The hypervisor gave \(Format.percent(stolen)) of the CPU time to other machines."
    let remedy = "Use a machine with CPUs of its own, or measure at another hour."
    if stolen >= 0.05 { return .spoils(subject, what, remedy: remedy) }
    return stolen >= 0.01 ? .note(subject, what, remedy: remedy) : .good(subject, what)
  }

  private static func quota(_ facts: MachineFacts) -> Finding {
    let subject = "CPU quota"
    switch facts.quota {
    case .none: return .unknown(subject)
    case .unlimited: return .good(subject, "The control group has none.")
    case .cpus(let limit):
      let text = Format.metric(limit, .count)
      let what = "The control group may use the time of \(text) CPU\(limit == 1 ? "" : "s")"
      if !facts.cpus.isEmpty, limit >= Double(facts.cpus.count) {
        return .good(subject, "\(what), which is all that it has.")
      }
      return .spoils(
        subject,
        "\(what). Once that is used up, client and server stand still until the next period, mostly of 100 "
          + "ms.",
        remedy:
          "Limit by CPUs, not by time: `docker run --cpuset-cpus=0-1` rather than --cpus; in Kubernetes, no "
          + "CPU limit.")
    }
  }

  /// Linux, Documentation/ABI/testing/sysfs-devices-system-cpu, "smt".
  private static func siblings(_ facts: MachineFacts) -> Finding {
    let subject = "SMT"
    switch facts.hasActiveSiblings {
    case .none: return .unknown(subject)
    case .some(false) where facts.isVirtual == true:
      return .unknown(subject, "Whether the host has two CPUs on one core isn't visible from here.")
    case .some(false): return .good(subject, "No two CPUs share a core.")
    case .some(true):
      return .note(
        subject,
        "Cores are shared by two CPUs or more: work on the one slows the other down.",
        remedy: "Until the next start: `echo off | sudo tee /sys/devices/system/cpu/smt/control`.")
    }
  }
}

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
