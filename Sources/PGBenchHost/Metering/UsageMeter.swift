import CPGAllocations
import CPGSystem
package import PGMeasuring
import PGSystem

/// Reads what the threads and backends of one session have used: before a block and after it,
/// never in between.
///
/// Where the driver doesn't name its threads, the client's figures are those of the whole process.
package final class UsageMeter: Sendable {
  private let threads: [ThreadMeter]
  private let backends: [BackendMeter]
  private let checkpointer: Int32
  private let custom: [CustomMetric]

  /// - Parameter threads: The kernel's identifiers of the client's threads; empty if they aren't known.
  /// - Parameter backends: The processes behind the connections, on this machine; empty if they are not.
  /// - Parameter checkpointer: The server's checkpointer, on this machine; 0 if it is not.
  package init(threads: [Int32], backends: [Int32], checkpointer: Int32 = 0, custom: [CustomMetric] = []) {
    self.threads = threads.filter { $0 > 0 }.map(ThreadMeter.init)
    self.backends = backends.filter { $0 > 0 }.map(BackendMeter.init)
    self.checkpointer = checkpointer
    self.custom = custom
  }

  /// The reading before a block: what reading itself moves comes first.
  package func start() -> UsageReading {
    var reading = UsageReading()
    reading.custom = custom.map { $0.read() }
    readSchedule(into: &reading)
    readAllocations(into: &reading)
    readCPU(into: &reading)
    return reading
  }

  /// The reading after a block: in the opposite order.
  package func end() -> UsageReading {
    var reading = UsageReading()
    readCPU(into: &reading)
    readAllocations(into: &reading)
    readSchedule(into: &reading)
    reading.custom = custom.map { $0.read() }
    return reading
  }

  /// What was used between two readings, by metric, without what isn't known.
  package func usage(from start: UsageReading, to end: UsageReading) -> [Metric: Double] {
    var usage = end.usage(since: start)
    for ((custom, before), after) in zip(zip(custom, start.custom), end.custom)
    where usage[custom.metric] == nil {
      usage[custom.metric] = after - before
    }
    return usage
  }

  private func readCPU(into reading: inout UsageReading) {
    reading.processCPU = pg_system_cpu_time_of_process(getpid())
    reading.serverCPU = Self.sum(backends) { pg_system_cpu_time_of_process($0.process) }
    if checkpointer > 0 { reading.checkpointerCPU = pg_system_cpu_time_of_process(checkpointer) }
    reading.instructions = Self.sum(threads) { $0.executedInstructions() }
    reading.clientCPU =
      threads.isEmpty
      ? reading.processCPU : Self.sum(threads) { pg_system_cpu_time_of_thread($0.thread) }
  }

  private func readAllocations(into reading: inout UsageReading) {
    if threads.isEmpty {
      let all = pg_allocations_of_process()
      (reading.allocations, reading.allocatedBytes) = (all.count, all.bytes)
    } else {
      (reading.allocations, reading.allocatedBytes) = Self.sums(threads) {
        let all = pg_allocations_of_thread($0.thread)
        return (all.count, all.bytes)
      }
    }
  }

  private func readSchedule(into reading: inout UsageReading) {
    reading.serverRunDelay = Self.sum(backends) { $0.runDelay.read() }
    if threads.isEmpty {
      var usage = rusage()
      getrusage(Self.ofProcess, &usage)
      (reading.voluntarySwitches, reading.involuntarySwitches) = (
        Int64(usage.ru_nvcsw), Int64(usage.ru_nivcsw)
      )
      return
    }
    reading.clientRunDelay = Self.sum(threads) { $0.runDelay.read() }
    (reading.voluntarySwitches, reading.involuntarySwitches) = Self.sums(threads) { $0.contextSwitches() }
  }

  #if canImport(Glibc)
    private static let ofProcess = Int32(RUSAGE_SELF.rawValue)
  #else
    private static let ofProcess = Int32(RUSAGE_SELF)
  #endif

  /// The sum over all; -1 if there are none, or one of them isn't known.
  private static func sum<Part>(_ parts: [Part], _ value: (Part) -> Int64) -> Int64 {
    sums(parts) { (value($0), 0) }.0
  }

  /// The sums of two figures that are read together.
  private static func sums<Part>(_ parts: [Part], _ values: (Part) -> (Int64, Int64)) -> (Int64, Int64) {
    guard !parts.isEmpty else { return (-1, -1) }
    var sums: (Int64, Int64) = (0, 0)
    for part in parts {
      let values = values(part)
      guard values.0 >= 0, values.1 >= 0 else { return (-1, -1) }
      sums.0 += values.0
      sums.1 += values.1
    }
    return sums
  }
}

extension UsageMeter {
  /// Why metrics that the readings don't have can't be had.
  package func missing() -> [MetricSummary] {
    end().unknown.map { MetricSummary($0, .notAvailable(reason: reason(for: $0))) }
  }

  private func reason(for metric: Metric) -> String {
    switch metric {
    case .serverCPU, .serverRunDelay: Self.noBackends
    case .allocations, .allocatedBytes: Self.uncounted
    case .instructions: reasonForNoInstructions
    case .clientRunDelay where threads.isEmpty: Self.namelessThreads
    default: Self.notLinux
    }
  }

  private var reasonForNoInstructions: String {
    guard let refusal = threads.first?.instructions else { return Self.namelessThreads }
    switch -refusal {
    case ENOENT, ENODEV, EOPNOTSUPP, ENOTSUP: return "this machine has no counter of instructions"
    case EACCES, EPERM: return "the system forbids it: set kernel.perf_event_paranoid to 2 or less"
    default: return "the system refused a counter: \(String(cString: strerror(-refusal)))"
    }
  }

  private static let namelessThreads = "the driver doesn't name its threads"
  private static let notLinux = "this system doesn't tell"
  private static let noBackends = "the server's processes aren't on this machine, or this system doesn't tell"
  private static let uncounted = "allocations are counted on glibc only, and not under a sanitizer"
}
