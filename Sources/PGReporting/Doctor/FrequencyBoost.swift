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
