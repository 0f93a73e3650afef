import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// One thread that waits for the sockets of asynchronous connections, and runs Swift jobs in between.
///
/// It is the serial executor of the connections that live on it, and a task executor for their callers. A caller
/// that prefers it never leaves the thread: its query costs the system calls of the blocking driver and no hop to
/// another thread.
///
///     try await withTaskExecutorPreference(loop) { try await connection.query("SELECT 1") }
///
/// It lives until `shutdown`, whether somebody refers to it or not.
///
/// Sendable, unchecked: `shared` is guarded by its mutex; everything else is the loop's thread's own.
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  /// How a loop waits for its sockets.
  public enum Backend: Sendable, Hashable, CaseIterable {
    /// poll(2), on every system.
    case poll
    #if os(Linux)
      /// epoll(7).
      case epoll
    #endif

    /// The fastest that the system has.
    public static var best: Backend {
      #if os(Linux)
        .epoll
      #else
        .poll
      #endif
    }
  }

  private struct Shared {
    var jobs: [UnownedJob] = []
    var isAsleep = false
    var isStopped = false
  }

  private let selector: any Selector & Sendable
  private let shared = Mutex(Shared())
  private let started = Condition<(thread: pthread_t, id: Int32)?>(nil)
  private var thread: pthread_t?
  private var jobs: [UnownedJob] = []
  private var batch: [UnownedJob] = []
  private var waiters: [Int32: SocketWaiter] = [:]
  private var deadlines = 0

  /// The loop that connections live on unless they are given another.
  ///
  /// - Throws: `system` if the system refuses a thread or a descriptor.
  public static func common() throws(PostgresError) -> EventLoop { try commonLoop.get() }

  private static let commonLoop = Result { () throws(PostgresError) in try EventLoop() }

  /// Starts a loop's thread.
  ///
  /// - Throws: `system` if the system refuses a thread or a descriptor.
  public init(backend: Backend = .best) throws(PostgresError) {
    switch backend {
    case .poll: selector = try PollSelector()
    #if os(Linux)
      case .epoll: selector = try EpollSelector()
    #endif
    }
    try OSThread.start { self.run() }
    // Answers once the thread has set `thread`, which later is only read.
    _ = started.wait { $0 }
  }

  /// Ends the thread.
  ///
  /// Connections on the loop must be closed, and no task may prefer it from then on.
  public func shutdown() {
    shared.withLock { $0.isStopped = true }
    selector.wake()
  }

  /// Whether the caller runs on the loop's thread.
  public var isCurrent: Bool { thread.map { OSThread.isCurrent($0) } ?? false }

  /// The kernel's identifier of the thread, for its placement; 0 where there is none.
  public var threadID: Int32 { started.wait { $0 }.id }

  /// Runs a job on the loop's thread, after those that came before it.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    if isCurrent {
      jobs.append(job)
      return
    }
    let mustWake = shared.withLock { shared in
      shared.jobs.append(job)
      defer { shared.isAsleep = false }
      return shared.isAsleep
    }
    if mustWake { selector.wake() }
  }

  /// Whether the calling code runs on this loop, for `assumeIsolated` and its like.
  public func checkIsolated() {
    precondition(isCurrent, "not on the event loop's thread")
  }

  private func run() {
    thread = OSThread.current
    started.change(wakingAll: true) { $0 = (OSThread.current, OSThread.currentID) }
    while true {
      runJobs()
      guard let milliseconds = timeToSleep() else { return }
      selector.select(milliseconds: milliseconds) { socket in
        waiters[socket]?.becameReady()
      }
      shared.withLock { $0.isAsleep = false }
      if deadlines > 0 { expire() }
    }
  }

  /// Runs what is there and what that adds, but turns to the sockets now and then.
  private func runJobs() {
    var turns = 0
    repeat {
      swap(&jobs, &batch)
      var index = 0
      while index < batch.count {
        batch[index].runSynchronously(
          isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        index += 1
      }
      batch.removeAll(keepingCapacity: true)
      turns += 1
    } while !jobs.isEmpty && turns < 64
  }

  /// Takes over jobs from other threads; nil to stop.
  private func timeToSleep() -> Int32? {
    let isStopped = shared.withLock { shared in
      jobs.append(contentsOf: shared.jobs)
      shared.jobs.removeAll(keepingCapacity: true)
      shared.isAsleep = jobs.isEmpty
      return shared.isStopped
    }
    if !jobs.isEmpty { return 0 }
    if isStopped { return nil }
    guard deadlines > 0, let next = waiters.values.compactMap(\.deadline).min() else { return -1 }
    return ContinuousClock.now.milliseconds(until: next)
  }

  private func expire() {
    let now = ContinuousClock.now
    for waiter in waiters.values {
      if let deadline = waiter.deadline, deadline <= now { waiter.expire() }
    }
  }
}

// MARK: - What connections on the loop call, on its thread only

extension EventLoop {
  /// Takes a socket's readiness to its waiter until `remove`.
  func add(_ socket: Int32) -> SocketWaiter {
    let waiter = SocketWaiter(socket: socket, selector: selector)
    waiters[socket] = waiter
    return waiter
  }

  /// Forgets a socket; a task that waits for it is resumed, and finds out why.
  func remove(_ waiter: SocketWaiter) {
    waiters[waiter.socket] = nil
    waiter.abandon()
  }

  /// Counts the waits that have a deadline, so that a loop without any never looks at the clock.
  func deadlineBegins() { deadlines += 1 }
  func deadlineEnds() { deadlines -= 1 }
}
