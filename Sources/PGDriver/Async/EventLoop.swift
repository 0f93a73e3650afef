import PGSystem
import Synchronization

/// One thread that waits for the sockets of asynchronous connections, and runs Swift jobs in between.
///
/// It only waits: what is sent and received, the callers send and receive on their own threads, wherever they
/// run. A caller that prefers the loop as its executor runs on the very thread that waits, so that its query
/// costs the system calls of the blocking driver and no change of thread:
///
///     try await withTaskExecutorPreference(loop) { try await connection.query("SELECT 1") }
///
/// It can be the executor of actors, too: `actorExecutor`. It lives until `shutdown`, whether anything refers
/// to it or not.
///
/// Sendable, unchecked: `thread` is set before any other code knows the loop; everything else that changes
/// is in `shared`.
public final class EventLoop: TaskExecutor, @unchecked Sendable {
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

  struct Shared {
    var jobs = Queue<Job>()
    /// By their sockets' numbers, which are small and dense.
    var waiters: [SocketWaiter?] = []
    /// Whether the thread is in `select`, or about to be.
    var isAsleep = false
    var isStopped = false

    func waiter(of socket: Int32) -> SocketWaiter? {
      Int(socket) < waiters.count ? waiters[Int(socket)] : nil
    }

    var hasJobs: Bool { !jobs.isEmpty }

    /// Notes that the thread is about to be woken; returns whether it has to be.
    mutating func wake() -> Bool {
      defer { isAsleep = false }
      return isAsleep
    }
  }

  let selector: any Selector
  let alarm: Alarm
  /// Whether the alarm calls within a tick.
  let isTicking = Atomic(false)
  /// How many tasks are suspended until their sockets are ready.
  let suspended = Atomic(0)
  let shared = Lock(Shared())
  /// Made when it is asked for.
  private let actorExecutors = Lock<ActorExecutor?>(nil)
  private let started = Condition<(thread: ThreadIdentity, id: Int32)?>(nil)
  private var thread: ThreadIdentity?

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
    alarm = try .common()
    try DriverThread.start("pgdriver-loop") { self.run() }
    // Returns once the thread has set `thread`, which later is only read.
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
  package var isCurrent: Bool { thread == ThreadIdentity.current }

  /// The kernel's identifier of the thread, for its placement; 0 where there is none.
  package var threadID: Int32 { started.wait { $0 }.id }

  /// Runs a job on the loop's thread, after those that came before it.
  public func enqueue(_ job: consuming ExecutorJob) { enqueue(Job(job: UnownedJob(job), actor: nil)) }

  private func enqueue(_ job: Job) {
    let mustWake = shared.withLock { shared in
      shared.jobs.append(job)
      return shared.wake()
    }
    if mustWake { selector.wake() }
  }

  /// The loop as the executor of actors: what an actor on it returns as its `unownedExecutor`.
  ///
  /// It doesn't keep the loop alive: what refers to the actor must do so.
  public var actorExecutor: ActorExecutor {
    actorExecutors.withLock { executor in
      if let executor { return executor }
      let new = ActorExecutor(
        enqueue: { [weak self] job in
          guard let self, let executor = self.actorExecutors.withLock({ $0 }) else { return }
          self.enqueue(Job(job: job, actor: executor.asUnownedSerialExecutor()))
        }, isCurrent: { [weak self] in self?.isCurrent ?? false })
      executor = new
      return new
    }
  }

  private func run() {
    thread = ThreadIdentity.current
    started.change(wakingAll: true) { $0 = (ThreadIdentity.current, OSThread.currentID) }
    while true {
      runJobs()
      guard let milliseconds = timeToSleep() else { return }
      select(milliseconds)
    }
  }

  /// Runs what is there and what that adds, but turns to the sockets now and then.
  private func runJobs() {
    let taskExecutor = asUnownedTaskExecutor()
    var left = 1024
    while left > 0, let job = shared.withLock({ $0.jobs.takeFirst() }) {
      job.run(on: taskExecutor)
      left -= 1
    }
  }

  /// How long to wait for the sockets, in milliseconds: not at all while there are jobs, or else for ever;
  /// nil to stop.
  private func timeToSleep() -> Int32? {
    shared.withLock { shared in
      shared.isAsleep = !shared.hasJobs
      return shared.hasJobs ? 0 : shared.isStopped ? nil : -1
    }
  }

  /// Waits for the sockets once, and tells their waiters.
  private func select(_ milliseconds: Int32) {
    selector.select(milliseconds: milliseconds) { socket, isHungUp in
      shared.withLock { $0.waiter(of: socket) }?.becameReady(isHungUp: isHungUp)
    }
    shared.withLock { $0.isAsleep = false }
  }
}

// MARK: - What waiters call, on any thread

extension EventLoop {
  /// Takes a socket's reports to its waiter until `release`; to be called before the socket is watched.
  func add(_ waiter: SocketWaiter, of socket: Int32) {
    shared.withLock { shared in
      let missing = Int(socket) + 1 - shared.waiters.count
      if missing > 0 { shared.waiters += Array(repeating: nil, count: missing) }
      shared.waiters[Int(socket)] = waiter
    }
  }

  /// Stops watching a socket on behalf of its waiter.
  ///
  /// libpq closes a socket by itself when a read or a write fails, after which another connection may have
  /// got one of the same number: that one is still watched.
  func release(_ socket: Int32, of waiter: SocketWaiter) {
    shared.withLock { shared in
      guard shared.waiter(of: socket) === waiter else { return }
      selector.forget(socket)
      shared.waiters[Int(socket)] = nil
    }
  }

  /// Ends the wait for the sockets in progress, if there is one.
  func wake() {
    if shared.withLock({ $0.wake() }) { selector.wake() }
  }

  /// Whether the caller is all that the loop has to do, so that its thread may as well wait in
  /// the caller's place.
  var isCallersAlone: Bool { isCurrent && suspended.load(ordering: .relaxed) == 0 }

  /// Waits for the sockets once, where the caller is, unless there are jobs to be run.
  func selectInPlace() {
    let isIdle = shared.withLock { shared in
      shared.isAsleep = !shared.hasJobs && !shared.isStopped
      return shared.isAsleep
    }
    if isIdle { select(-1) }
  }
}

extension EventLoop {
  /// A loop as the executor of actors.
  ///
  /// Not the loop itself: a job that may be an actor's has to be run as isolated to it, from where each call
  /// of an asynchronous function costs a task's own jobs 80 ns to find out that they need not leave.
  public final class ActorExecutor: SerialExecutor {
    private let enqueueOnLoop: @Sendable (UnownedJob) -> Void
    private let isOnLoop: @Sendable () -> Bool

    init(
      enqueue: @escaping @Sendable (UnownedJob) -> Void, isCurrent: @escaping @Sendable () -> Bool
    ) {
      enqueueOnLoop = enqueue
      isOnLoop = isCurrent
    }

    /// Runs a job on the loop's thread, after those that came before it.
    public func enqueue(_ job: consuming ExecutorJob) { enqueueOnLoop(UnownedJob(job)) }

    /// Whether the calling code runs on this loop, for `assumeIsolated` and its like.
    public func checkIsolated() {
      precondition(isOnLoop(), "not on the event loop's thread")
    }
  }

  /// A job, and how it has to be run.
  struct Job: Sendable {
    let job: UnownedJob
    /// The executor of the actor that it may be a job of; nil for a task's that prefers the loop.
    let actor: UnownedSerialExecutor?

    func run(on executor: UnownedTaskExecutor) {
      if let actor {
        job.runSynchronously(isolatedTo: actor, taskExecutor: executor)
      } else {
        job.runSynchronously(on: executor)
      }
    }
  }
}

// Deadlines, and waits that last, by ticks of the alarm's thread while there are waits that need them.
//
// A time-out of the loop's own wait would make every wait cost more: the kernel sets and cancels a
// timer each time.
extension EventLoop {
  /// How often waits are looked at: how late a deadline may be met, and how soon a wait is a long one.
  private static var tick: Duration { .milliseconds(10) }

  /// Sees to it that a wait which has begun, with a deadline or as a quick one, is looked at in time.
  func watchOverWaits(until deadline: MonotonicInstant?) {
    guard !isTicking.load(ordering: .relaxed), !isTicking.exchange(true, ordering: .sequentiallyConsistent)
    else { return }
    let next = MonotonicInstant.now + Self.tick
    setAlarm(deadline.map { min($0, next) } ?? next)
  }

  private func setAlarm(_ instant: MonotonicInstant) {
    alarm.set(instant, for: ObjectIdentifier(self)) { [weak self] in self?.lookAtWaits() }
  }

  private func lookAtWaits() {
    // First, so that a wait that begins from now on sets the alarm itself.
    isTicking.store(false, ordering: .sequentiallyConsistent)
    let now = MonotonicInstant.now
    let tick = now + Self.tick
    let next = shared.withLock { $0.waiters.compactMap { $0 } }.compactMap { $0.tick(now, next: tick) }.min()
    guard let next else { return }
    if next <= tick { return watchOverWaits(until: next) }
    guard !isTicking.load(ordering: .sequentiallyConsistent) else { return }
    setAlarm(next)
    // A wait that began meanwhile may have had its alarm replaced by the later one.
    if isTicking.load(ordering: .sequentiallyConsistent) { setAlarm(tick) }
  }
}
