import PGSystem

extension Metric {
  /// How often a client's thread gave the CPU away to wait for something: getrusage(2), `ru_nvcsw`.
  ///
  /// A single client that shares its CPU with the server waits once for each round trip.
  public static let voluntarySwitches = Metric("voluntary context switches", unit: .count)
  /// How often a client's thread lost the CPU to another: getrusage(2), `ru_nivcsw`.
  public static let involuntarySwitches = Metric("involuntary context switches", unit: .count)
}

/// Reads how often the client's threads left a CPU.
struct ContextSwitches: Instrument {
  private let threads: [ProcFile?]

  init(_ session: MeteredSession) {
    threads = session.threads.map { ProcFile("/proc/self/task/\($0)/status") }
  }

  var metrics: [Metric] { [.voluntarySwitches, .involuntarySwitches] }

  func read(into reading: inout UsageReading) {
    let (voluntary, involuntary) = threads.isEmpty ? Self.ofProcess() : threads.sums(Self.ofThread)
    reading.note(count: voluntary)
    reading.note(count: involuntary)
  }

  func whyMissing(_ metric: Metric) -> String { WhyMissing.notTold }

  /// The numbers behind two names of a status file.
  private static func ofThread(_ status: ProcFile?) -> (Int64, Int64) {
    status?.read { text in
      guard let voluntary = ProcFile.number(after: "voluntary_ctxt_switches:", in: text),
        let involuntary = ProcFile.number(after: "nonvoluntary_ctxt_switches:", in: text)
      else { return nil }
      return (voluntary, involuntary)
    } ?? (-1, -1)
  }

  private static func ofProcess() -> (Int64, Int64) {
    var usage = rusage()
    getrusage(ownProcess, &usage)
    return (Int64(usage.ru_nvcsw), Int64(usage.ru_nivcsw))
  }

  #if canImport(Glibc)
    private static let ownProcess = Int32(RUSAGE_SELF.rawValue)
  #else
    private static let ownProcess = Int32(RUSAGE_SELF)
  #endif
}
