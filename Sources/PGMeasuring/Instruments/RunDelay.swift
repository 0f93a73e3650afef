extension Metric {
  /// Time in which the client's threads could have run, but others had the CPU: `run_delay` of Linux's
  /// schedstat.
  public static let clientRunDelay = Metric("client run delay", unit: .nanoseconds)
  /// Time in which the server's processes could have run, but others had the CPU: `run_delay` of Linux's
  /// schedstat.
  public static let serverRunDelay = Metric("server run delay", unit: .nanoseconds)
}

/// Reads how long threads and processes waited for a CPU.
struct RunDelay: Instrument {
  private let threads: [ProcFile?]
  private let backends: [ProcFile?]

  init(_ session: MeteredSession) {
    threads = session.threads.map { ProcFile("/proc/self/task/\($0)/schedstat") }
    backends = session.backends.map { ProcFile("/proc/\($0)/schedstat") }
  }

  var metrics: [Metric] { [.serverRunDelay, .clientRunDelay] }

  func read(into reading: inout UsageReading) {
    reading.note(count: backends.sum(Self.delay))
    reading.note(count: threads.sum(Self.delay))
  }

  func whyMissing(_ metric: Metric) -> String {
    if metric == .serverRunDelay { return WhyMissing.noBackends }
    return threads.isEmpty ? WhyMissing.namelessThreads : WhyMissing.notTold
  }

  /// The second number of a schedstat: nanoseconds spent waiting for a CPU (Linux,
  /// Documentation/scheduler/sched-stats).
  private static func delay(_ schedule: ProcFile?) -> Int64 {
    schedule?.read { ProcFile.number(1, of: $0[...]) } ?? -1
  }
}
