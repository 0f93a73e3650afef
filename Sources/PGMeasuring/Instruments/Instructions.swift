import CPGSystem
import PGSystem

extension Metric {
  /// Instructions that the client's threads executed in user mode.
  public static let instructions = Metric("instructions", unit: .count)
}

/// Reads how many instructions the client's threads executed.
struct Instructions: Instrument {
  private let counters: [InstructionCounter]

  init(_ session: MeteredSession) { counters = session.threads.map(InstructionCounter.init) }

  var metrics: [Metric] { [.instructions] }

  func read(into reading: inout UsageReading) {
    reading.note(count: counters.sum { $0.value() })
  }

  func whyMissing(_ metric: Metric) -> String {
    guard let refusal = counters.first?.descriptor else { return WhyMissing.namelessThreads }
    switch -refusal {
    case ENOENT, ENODEV, EOPNOTSUPP, ENOTSUP: return "this machine has no counter of instructions"
    case EACCES, EPERM: return "the system forbids it: set kernel.perf_event_paranoid to 2 or less"
    default: return "the system refused a counter: \(String(cString: strerror(-refusal)))"
    }
  }
}

/// The counter of one thread; it is a class for it closes its descriptor in the end.
private final class InstructionCounter: Sendable {
  /// A descriptor of perf_event_open(2), or an errno, negative.
  let descriptor: Int32

  init(_ thread: Int32) { descriptor = pg_system_count_instructions(thread) }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  func value() -> Int64 {
    guard descriptor >= 0 else { return -1 }
    var count: Int64 = -1
    return read(descriptor, &count, 8) == 8 ? count : -1
  }
}
