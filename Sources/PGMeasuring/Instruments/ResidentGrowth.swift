import PGSystem

extension Metric {
  /// How much more memory the process has resident after an operation than before it; less than 0 where it
  /// gave some back.
  public static let residentGrowth = Metric("resident growth", unit: .bytes)
}

/// Reads how much memory this process has resident: the second number of Linux's `/proc/self/statm`
/// (proc(5)).
///
/// The kernel counts it in pages, and each thread's some pages late, so that it is right over a session and
/// not over an operation. While a variant's block runs nothing else does, so that what the process grows by
/// is the block's.
struct ResidentGrowth: Instrument {
  private let file: ProcFile?
  private let pageSize = Int64(sysconf(Int32(_SC_PAGESIZE)))

  init() { file = ProcFile("/proc/self/statm") }

  var metrics: [Metric] { [.residentGrowth] }

  func read(into reading: inout UsageReading) {
    reading.note(count: file?.read { ProcFile.number(1, of: $0[...]).map { $0 * pageSize } } ?? -1)
  }

  func whyMissing(_ metric: Metric) -> String { WhyMissing.notTold }
}
