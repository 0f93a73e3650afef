import PGSystem

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

/// A file of Linux's /proc that is read again and again: kept open, and read without allocating.
///
/// It is a class for it closes its descriptor in the end.
final class ProcFile: Sendable {
  private let descriptor: Int32

  /// Opens it; nil where there is none, or where it may not be read.
  init?(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// Gives the present content, up to 4 KiB, to `body`; nil if it can't be read any more.
  func read<Answer>(_ body: (UnsafeRawBufferPointer) -> Answer?) -> Answer? {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
      guard count > 0 else { return nil }
      return body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The number in the line that begins with a name.
  static func number(after name: StaticString, in text: UnsafeRawBufferPointer) -> Int64? {
    let length = name.utf8CodeUnitCount
    var line = text[...]
    while line.count > length, let start = UnsafeRawBufferPointer(rebasing: line).baseAddress {
      if memcmp(start, name.utf8Start, length) == 0 { return number(0, of: line.dropFirst(length)) }
      guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      line = line[(end + 1)...]
    }
    return nil
  }

  /// A decimal number by its place in a line, from 0.
  static func number(_ place: Int, of text: Slice<UnsafeRawBufferPointer>) -> Int64? {
    var rest = text
    for skipped in 0...place {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      guard !digits.isEmpty else { return nil }
      if skipped == place {
        return digits.reduce(0) { $0 &* 10 &+ Int64($1 - UInt8(ascii: "0")) }
      }
      rest = rest[digits.endIndex...]
    }
    return nil
  }
}
