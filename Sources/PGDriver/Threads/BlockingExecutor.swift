import PGSystem

/// A fixed number of threads that tasks may block, for the blocking driver in asynchronous code.
///
/// Swift's own executor has as many threads as the machine has CPUs, and expects that none of them blocks.
/// Tasks that prefer this executor run on its threads instead, first come, first served:
///
///     try await withTaskExecutorPreference(executor) { try connection.query("SELECT 1") }
///
/// It lives until `shutdown`, whether anything refers to it or not.
public final class BlockingExecutor: TaskExecutor {
  private struct State {
    var jobs = Queue<UnownedJob>()
    var threadIDs: [Int32] = []
    var isStopped = false
  }

  private enum Work {
    case job(UnownedJob)
    case stop
  }

  private let state = Condition(State())

  /// The number of threads.
  package let threads: Int

  /// Starts the threads.
  ///
  /// - Throws: `system` if a thread can't be started.
  public init(threads: Int) throws(PostgresError) {
    self.threads = max(1, threads)
    for _ in 0..<self.threads {
      try DriverThread.start("pgdriver-block") { self.run() }
    }
    state.wait { $0.threadIDs.count == self.threads ? () : nil }
  }

  /// Runs a job on the next thread that is free.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.change { _ = $0.jobs.append(job) }
  }

  /// Ends the threads once the jobs that are there have run.
  ///
  /// No task may prefer the executor from then on.
  public func shutdown() {
    state.change(wakingAll: true) { $0.isStopped = true }
  }

  /// The kernel's identifiers of the threads, for their placement; zeros where there are none.
  public var threadIDs: [Int32] { state.change { $0.threadIDs } }

  private func run() {
    state.change(wakingAll: true) { $0.threadIDs.append(OSThread.currentID) }
    while case .job(let job) = nextWork() {
      job.runSynchronously(on: asUnownedTaskExecutor())
    }
  }

  private func nextWork() -> Work {
    state.wait { state in
      if let job = state.jobs.takeFirst() { return .job(job) }
      return state.isStopped ? .stop : nil
    }
  }
}

/// Starts the driver's own threads, whose failures are the driver's errors.
enum DriverThread {
  /// Starts a detached thread that runs `body` once.
  ///
  /// - Parameter name: What profilers and debuggers show; at most 15 bytes.
  /// - Throws: `system` if the system refuses a thread.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(PostgresError) {
    do throws(SystemError) {
      try OSThread.start(name, body)
    } catch {
      throw PostgresError(.system, "\(error)")
    }
  }
}
