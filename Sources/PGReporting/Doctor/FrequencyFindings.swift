import PGMeasuring

/// Judges what time is measured by, and whether the CPUs keep their pace.
enum FrequencyFindings {
  static func of(_ facts: MachineFacts) -> [Finding] {
    [virtual(facts), clock(facts), governor(facts), boost(facts)].compactMap(\.self)
  }

  private static func virtual(_ facts: MachineFacts) -> Finding {
    let subject = "machine"
    switch facts.isVirtual {
    case .none: return .unknown(subject, "This system doesn't tell whether it is virtual.")
    case .some(false): return .good(subject, "No hypervisor runs below.")
    case .some(true):
      return .note(
        subject,
        "It is virtual: others share its cores and caches, and a wake-up from CPU to CPU goes through the "
          + "hypervisor.",
        remedy:
          "Trust comparisons within a run, and no times of different hours. Absolute times need bare metal.")
    }
  }

  /// The sources that no C library reads without a system call, and that answer slowly (Linux, vdso(7), and
  /// https://heap.io/blog/clocksource-aws-ec2-vdso on xen).
  private static let slowSources: Set = ["acpi_pm", "hpet", "jiffies", "pit", "xen"]

  /// What a reading may cost in nanoseconds: one without a system call takes 15 to 60.
  private static let dearReading = 150.0

  private static func clock(_ facts: MachineFacts) -> Finding {
    let subject = "clock"
    guard facts.clockSource != nil || facts.clockCost != nil else { return .unknown(subject) }
    let source = facts.clockSource.map { "The kernel's source is \($0)." }
    let cost = facts.clockCost.map { "A reading takes \(Format.metric($0, .nanoseconds))." }
    let what = [source, cost].compactMap(\.self).joined(separator: " ")
    let isSlow = facts.clockSource.map(slowSources.contains) ?? false
    guard isSlow || facts.clockCost ?? 0 > dearReading else { return .good(subject, what) }
    return .spoils(
      subject, "\(what) Each reading is a system call, and there is one in every latency.",
      remedy: facts.clockSource == nil
        ? nil
        : "Where available_clocksource beside it names tsc: `echo tsc | sudo tee "
          + "/sys/devices/system/clocksource/clocksource0/current_clocksource`.")
  }

  /// Linux, Documentation/admin-guide/pm/cpufreq.rst, "Generic Scaling Governors".
  private static func governor(_ facts: MachineFacts) -> Finding {
    let subject = "frequency"
    guard !facts.governors.isEmpty else {
      return .unknown(
        subject,
        facts.isVirtual == true
          ? "The host chooses the CPUs' frequency; it isn't visible from here." : "This system doesn't tell.")
    }
    let names = facts.governors.sorted().joined(separator: ", ")
    if facts.governors == ["performance"] { return .good(subject, "The governor is performance.") }
    return .spoils(
      subject,
      "The governor is \(names): the frequency follows the load, and what is measured is how fast it does.",
      remedy: "Until the next start: `sudo cpupower frequency-set --governor performance`.")
  }

  private static func boost(_ facts: MachineFacts) -> Finding? {
    let subject = "turbo"
    guard let boost = facts.boost else {
      // A host that hides the one hides the other, and one line says it.
      return facts.governors.isEmpty ? nil : .unknown(subject)
    }
    guard boost.isOn else { return .good(subject, "It is off: the frequency doesn't hang on temperature.") }
    return .note(
      subject,
      "It is on: the frequency hangs on temperature, and on how many CPUs work. Comparisons bear it.",
      remedy: "Until the next start: `\(boost.commandToStop)`.")
  }
}

/// The switch of a CPU's turbo frequencies: Linux has one file for the driver intel_pstate, and one for all
/// others.
///
/// Linux, Documentation/admin-guide/pm/intel_pstate.rst, "no_turbo", and cpufreq.rst, "boost".
package enum FrequencyBoost: Sendable, Hashable {
  /// `intel_pstate/no_turbo`, where 1 means off.
  case intelPState(isOn: Bool)
  /// `cpufreq/boost`, where 1 means on.
  case cpufreq(isOn: Bool)

  /// Whether CPUs may run faster than their nominal frequency.
  var isOn: Bool {
    switch self {
    case .intelPState(let isOn), .cpufreq(let isOn): isOn
    }
  }

  /// The command that switches it off until the next start of the machine.
  var commandToStop: String {
    switch self {
    case .intelPState: "echo 1 | sudo tee /sys/devices/system/cpu/intel_pstate/no_turbo"
    case .cpufreq: "echo 0 | sudo tee /sys/devices/system/cpu/cpufreq/boost"
    }
  }
}
