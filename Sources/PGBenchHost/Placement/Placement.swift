import CPGSystem
import PGServer
import PGSystem

/// On which CPUs the measured threads and the backends of their connections run.
///
/// A wake-up across virtual CPUs can cost more than a whole query, so a single connection is measured
/// on one CPU. Only processes of a server that the kit started are placed; those of any other server
/// are never touched.
public enum Placement: Sendable, Hashable {
  /// One CPU if there is one client and the server is the kit's, else unbound.
  case automatic

  /// Client threads and backends share one CPU.
  case oneCPU

  /// Client threads share one CPU, and the backends another.
  case splitCPUs

  /// The scheduler's choice.
  case unbound
}

/// A placement as it can be had for a case, on this system and with this server.
package struct PlacedPlacement: Sendable, Hashable, CustomStringConvertible {
  /// The CPU that the clients' threads are bound to, if they are.
  package let clientCPU: Int32?
  /// The CPU that the backends are bound to, if they are.
  package let serverCPU: Int32?
  /// Whether wake-up preemption is taken out by SCHED_BATCH, which makes processes that take turns
  /// comparable.
  package let usesBatchPolicy: Bool
  /// The placement in words, for reports.
  package let description: String

  /// Decides what can be had.
  package init(
    _ placement: Placement, clients: Int, isOwnServer: Bool, cpus: [Int32] = PlacedPlacement.allowedCPUs()
  ) {
    let wantsOne = placement == .oneCPU || (placement == .automatic && clients == 1)
    // The first CPU serves most interrupts.
    let last = cpus.last
    if !isOwnServer {
      (clientCPU, serverCPU, usesBatchPolicy) = (nil, nil, false)
      description = "unbound, as the server is not the kit's own"
    } else if last == nil {
      (clientCPU, serverCPU, usesBatchPolicy) = (nil, nil, false)
      description = "unbound, as this system binds no threads"
    } else if wantsOne, let last {
      (clientCPU, serverCPU, usesBatchPolicy) = (last, last, true)
      description = "clients and backends on CPU \(last), SCHED_BATCH"
    } else if placement == .splitCPUs, cpus.count > 1, let last {
      let other = cpus[cpus.count - 2]
      (clientCPU, serverCPU, usesBatchPolicy) = (last, other, true)
      description = "clients on CPU \(last), backends on CPU \(other), SCHED_BATCH"
    } else {
      (clientCPU, serverCPU, usesBatchPolicy) = (nil, nil, true)
      description = "unbound, SCHED_BATCH"
    }
  }

  /// Whether clients and backends have one CPU together.
  package var isOneCPU: Bool { clientCPU != nil && clientCPU == serverCPU }

  /// Places threads and processes.
  ///
  /// What can't be placed, such as a backend that is gone already, stays as it is: the next query will
  /// tell.
  package func apply(threads: [Int32], backends: [Int32]) {
    guard usesBatchPolicy else { return }
    for (ids, cpu) in [(threads, clientCPU), (backends.filter(Self.isServers), serverCPU)] {
      // Threads that are bound to none may yet have been started by one that keeps off the measured CPU.
      let cpus = cpu.map { [$0] } ?? Housekeeping.cpus
      for id in ids where id > 0 {
        _ = pg_system_allow_cpus(id, cpus, Int32(cpus.count))
        _ = pg_system_schedule_as_batch(id)
      }
    }
  }

  /// Whether a process is one of the server's user, as far as the system tells.
  ///
  /// The server, which is less trusted than root, says which processes the backends are: root binds no
  /// other user's processes.
  private static func isServers(_ process: Int32) -> Bool {
    guard geteuid() == 0, let owner = ProcessStatus(of: process)?.user else { return true }
    return owner == (try? ServerUser.ofServer())?.userID
  }

  /// The CPUs that this process may run on; empty where the system doesn't say.
  package static func allowedCPUs() -> [Int32] { Housekeeping.cpus }
}

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
