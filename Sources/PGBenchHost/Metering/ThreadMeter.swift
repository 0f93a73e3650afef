import CPGSystem
import PGSystem

/// The counters of one of the client's threads.
final class ThreadMeter: Sendable {
  let thread: Int32
  let runDelay: RunDelayMeter
  private let status: ProcFile?
  /// A descriptor of perf_event_open(2), or an errno, negative.
  let instructions: Int32

  init(_ thread: Int32) {
    self.thread = thread
    runDelay = RunDelayMeter("/proc/self/task/\(thread)/schedstat")
    status = ProcFile("/proc/self/task/\(thread)/status")
    instructions = pg_system_count_instructions(thread)
  }

  deinit {
    if instructions >= 0 { close(instructions) }
  }

  func contextSwitches() -> (voluntary: Int64, involuntary: Int64) {
    switch status {
    case .some(let file): file.contextSwitches() ?? (-1, -1)
    case .none: (-1, -1)
    }
  }

  func executedInstructions() -> Int64 {
    guard instructions >= 0 else { return -1 }
    var count: Int64 = -1
    return read(instructions, &count, 8) == 8 ? count : -1
  }
}

/// The counters of a server's process.
final class BackendMeter: Sendable {
  let process: Int32
  let runDelay: RunDelayMeter

  init(_ process: Int32) {
    self.process = process
    runDelay = RunDelayMeter("/proc/\(process)/schedstat")
  }
}

/// The counter of how long a thread or a process has waited for a CPU.
final class RunDelayMeter: Sendable {
  private let schedule: ProcFile?

  /// - Parameter path: The schedstat of the thread or process.
  init(_ path: String) { schedule = ProcFile(path) }

  /// Nanoseconds so far; -1 where the system doesn't tell.
  func read() -> Int64 {
    switch schedule {
    case .some(let file): file.runDelay() ?? -1
    case .none: -1
    }
  }
}
