import CPGSystem
import PGServer
import PGSystem

/// Keeps what isn't measured off the CPU that is.
///
/// A thread that is done with a block still has its result to pass on, and others wake up for it: on the
/// measured CPU they would take their time from the block that follows.
package enum Housekeeping {
  /// The variable by which a process that keeps off a CPU tells those it starts which CPUs there are.
  package static let variable = "PGBENCH_CPUS"

  /// The CPUs that this process may run on, as it was before it kept off any; empty where the
  /// system doesn't say.
  package static let cpus: [Int32] = {
    if let given = CallersEnvironment.current()[variable] {
      return given.split(separator: ",").compactMap { Int32($0) }
    }
    return (Int32(0)..<1024).filter { pg_system_may_run_on($0) == 1 }
  }()

  /// The same as a variable's value.
  package static var value: String { cpus.map(String.init).joined(separator: ",") }

  /// Has every thread of this process, and those that they will start, keep off the CPU that cases
  /// are measured on.
  ///
  /// Threads that are to be measured are bound to their CPU when they are placed.
  package static func keepOffMeasuredCPU() {
    guard cpus.count > 1 else { return }
    allow(Array(cpus.dropLast()))
  }

  private static func allow(_ cpus: [Int32]) {
    for thread in FileProbe.machine.names("/proc/self/task").compactMap({ Int32($0) }) {
      _ = pg_system_allow_cpus(thread, cpus, Int32(cpus.count))
    }
  }
}
