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
