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
