import CPGSystem
import PGSystem

extension Metric {
  /// CPU time of the client's threads, in user and kernel mode.
  public static let clientCPU = Metric("client CPU", unit: .nanoseconds)
  /// CPU time of the server's processes behind the connections.
  public static let serverCPU = Metric("server CPU", unit: .nanoseconds)
  /// CPU time of all of this process, whatever it does.
  package static let processCPU = Metric("process CPU", unit: .nanoseconds)
  /// CPU time of the server's checkpointer.
  package static let checkpointerCPU = Metric("checkpointer CPU", unit: .nanoseconds)
}

/// Reads the CPU time of the client, and of the process that it is part of.
struct ClientCPU: Instrument {
  private let threads: [Int32]

  init(_ session: MeteredSession) { threads = session.threads }

  var metrics: [Metric] { [.clientCPU] }
  var unreported: [Metric] { [.processCPU] }

  func read(into reading: inout UsageReading) {
    let process = pg_system_cpu_time_of_process(getpid())
    reading.note(count: threads.isEmpty ? process : threads.sum(pg_system_cpu_time_of_thread))
    reading.note(count: process)
  }

  func whyMissing(_ metric: Metric) -> String { WhyMissing.notTold }
}

/// Reads the CPU time of the server's processes.
struct ServerCPU: Instrument {
  private let backends: [Int32]
  private let checkpointer: Int32

  init(_ session: MeteredSession) {
    backends = session.backends
    checkpointer = session.checkpointer
  }

  var metrics: [Metric] { [.serverCPU] }
  var unreported: [Metric] { [.checkpointerCPU] }

  func read(into reading: inout UsageReading) {
    reading.note(count: backends.sum(pg_system_cpu_time_of_process))
    reading.note(count: checkpointer > 0 ? pg_system_cpu_time_of_process(checkpointer) : -1)
  }

  func whyMissing(_ metric: Metric) -> String { WhyMissing.noBackends }
}
