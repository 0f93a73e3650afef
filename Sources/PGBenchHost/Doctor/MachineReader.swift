import CPGSystem
import PGDriver
package import PGReporting
package import PGSystem

/// Gathers what is known of the machine; judges nothing.
package struct MachineReader: Sendable {
  private let files: MachineFiles
  private let lock: MachineLock

  /// - Parameter files: The file system to read.
  package init(files: FileProbe = .machine, lock: MachineLock = MachineLock()) {
    self.files = MachineFiles(files: files)
    self.lock = lock
  }

  /// The facts, which take as long as the load is watched.
  package func facts(watching: Duration = .seconds(1)) async -> MachineFacts {
    var facts = MachineFacts(isOptimised: BuildMode.isOptimised)
    // First, while this process has nothing else to do.
    facts.load = await load(watching)
    facts.cpus = PlacedPlacement.allowedCPUs()
    facts.onlineCPUs = files.onlineCPUs()
    (facts.binding, facts.batchPolicy) = placement(on: facts.cpus.last)
    facts.quota = files.quota()
    facts.hasActiveSiblings = files.flag("/sys/devices/system/cpu/smt/active")
    facts.isVirtual = files.isVirtual()
    facts.clockSource = files.line("/sys/devices/system/clocksource/clocksource0/current_clocksource")
    facts.clockCost = ClockCost.measured()
    facts.governors = files.governors()
    facts.boost = files.boost()
    facts.perfEventParanoid = files.line("/proc/sys/kernel/perf_event_paranoid").flatMap { Int($0) }
    facts.isMeasuring = lock.isTaken()
    return facts
  }

  private func load(_ watching: Duration) async -> MachineLoad? {
    guard let start = CPUTimes.now() else { return nil }
    try? await Task.sleep(for: watching)
    return CPUTimes.now()?.load(since: start)
  }

  /// Tries it on a thread that does nothing and ends.
  private func placement(on cpu: Int32?) -> (binding: Ability?, batch: Ability?) {
    guard let threads = try? BlockingExecutor(threads: 1), let thread = threads.threadIDs.first else {
      return (nil, nil)
    }
    defer { threads.shutdown() }
    guard let cpu, thread > 0 else { return (nil, nil) }
    return (
      Ability(failure: pg_system_bind_to_cpu(thread, cpu)),
      Ability(failure: pg_system_schedule_as_batch(thread))
    )
  }
}

extension Ability {
  /// What an errno says, 0 being none; nil where the system has no such thing.
  init?(failure: Int32) {
    switch failure {
    case 0: self = .works
    case ENOTSUP: return nil
    default: self = .refused(reason: String(cString: strerror(failure)))
    }
  }
}

/// What Linux tells of the machine in its files; nil or empty where there are none.
struct MachineFiles: Sendable {
  let files: FileProbe

  /// The first line of a file, without spaces around it.
  func line(_ path: String) -> String? {
    let line = files.text(path)?.prefix { $0 != "\n" }.split(separator: " ").joined(separator: " ")
    return line.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A file that says 1 or 0.
  func flag(_ path: String) -> Bool? {
    switch line(path) {
    case "1": true
    case "0": false
    default: nil
    }
  }

  /// Each CPU that works has a line in /proc/stat (proc_stat(5)).
  func onlineCPUs() -> Int? {
    files.text("/proc/stat").map { text in
      text.split(separator: "\n").count { $0.hasPrefix("cpu") && $0.dropFirst(3).first?.isNumber == true }
    }
  }

  /// A hypervisor shows itself as a flag of x86 CPUs (CPUID leaf 1, ECX bit 31), and in /sys/hypervisor if
  /// it is Xen.
  func isVirtual() -> Bool? {
    if line("/sys/hypervisor/type") != nil { return true }
    let lines = (files.text("/proc/cpuinfo") ?? "").split(separator: "\n")
    return lines.first { $0.hasPrefix("flags") }.map { $0.split(separator: " ").contains("hypervisor") }
  }

  /// What chooses the frequencies of the CPUs (Linux, Documentation/admin-guide/pm/cpufreq.rst).
  func governors() -> Set<String> {
    let folder = "/sys/devices/system/cpu"
    return Set(
      files.names(folder).filter { $0.hasPrefix("cpu") && $0.dropFirst(3).first?.isNumber == true }
        .compactMap { line("\(folder)/\($0)/cpufreq/scaling_governor") })
  }

  /// The switch of the turbo frequencies, of the driver that has one.
  func boost() -> FrequencyBoost? {
    if let isOff = flag("/sys/devices/system/cpu/intel_pstate/no_turbo") { return .intelPState(isOn: !isOff) }
    return flag("/sys/devices/system/cpu/cpufreq/boost").map { .cpufreq(isOn: $0) }
  }

  /// The tightest quota of this process's control group and its ancestors, of either version of control
  /// groups.
  func quota() -> CPUQuota? {
    guard let groups = files.text("/proc/self/cgroup") else { return nil }
    var quota = CPUQuota.unlimited
    for group in groups.split(separator: "\n") {
      // Its number, its controllers, and its path, which may hold colons.
      let parts = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let controllers = parts[1].split(separator: ",")
      guard controllers.isEmpty || controllers.contains("cpu") else { continue }
      for folder in ancestors(of: String(parts[2])) {
        if let own = controllers.isEmpty ? unified(folder) : legacy(folder) {
          quota = quota.tightened(by: own)
        }
      }
    }
    return quota
  }

  private func unified(_ folder: String) -> CPUQuota? {
    files.text("/sys/fs/cgroup\(folder)/cpu.max").flatMap(CPUQuota.init(cpuMax:))
  }

  private func legacy(_ folder: String) -> CPUQuota? {
    let path = "/sys/fs/cgroup/cpu\(folder)"
    guard let quota = files.text("\(path)/cpu.cfs_quota_us"),
      let period = files.text("\(path)/cpu.cfs_period_us")
    else { return nil }
    return CPUQuota(cfsQuota: quota, cfsPeriod: period)
  }

  /// A group's path and those above it, such as `/a/b`, `/a` and the empty one of the root.
  private func ancestors(of path: String) -> [String] {
    let names = path.split(separator: "/")
    return (0...names.count).reversed().map { names.prefix($0).map { "/\($0)" }.joined() }
  }
}
