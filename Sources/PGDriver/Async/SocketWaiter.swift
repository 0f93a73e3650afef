import PGSystem
import Synchronization

/// The one task at a time that waits for a connection's socket, which an event loop watches.
///
/// Made once for a connection, and told of the socket with each wait, for libpq goes through several
/// while it connects.
final class SocketWaiter: Sendable {
  enum Outcome: Sendable {
    case ready
    case timedOut
    /// The wait lasts: it is time to make it one that can be cancelled.
    case slow
    /// The task that waits was cancelled; the socket may never become ready.
    case interrupted
    /// The connection is to be closed.
    case abandoned
    indirect case failed(PostgresError)
  }

  /// What a task waits for.
  struct Wait: Sendable {
    let readiness: Readiness
    let socket: Int32
    /// When it ends as timed out; nil for never.
    var deadline: MonotonicInstant?
    /// Whether it ends as slow when it lasts.
    var isQuick = false
    /// By what number it can be interrupted.
    var operation = 0
  }

  private struct State {
    /// -1 while the loop watches none.
    var socket: Int32 = -1
    /// What the selector was told last; nil if it knows nothing of the socket.
    var watched: Readiness?
    /// The wait in progress, and its task unless the loop's thread waits in its place.
    var wait: Wait?
    var task: UnsafeContinuation<Void, Never>?
    /// How the wait ended, until its task takes notice.
    var outcome: Outcome?
    /// Whether the socket became ready while no task waited.
    var isReady = false
    /// Whether the other side has hung up, so that a wait would have no end.
    var isHungUp = false
    /// The operation that is to be interrupted once its task waits.
    var interrupted = 0
    var isAbandoned = false
    /// How many waits there were, now and at the last tick.
    var waits = 0
    var waitsAtTick = 0

    /// Why a task need not wait.
    mutating func outcome(instead wait: Wait) -> Outcome? {
      if isAbandoned { return .abandoned }
      if interrupted == wait.operation, interrupted > 0 {
        interrupted = 0
        return .interrupted
      }
      guard isReady || isHungUp else { return nil }
      isReady = false
      return .ready
    }

    mutating func begin(_ wait: Wait) {
      waits &+= 1
      (self.wait, outcome) = (wait, nil)
    }

    /// Ends the wait in progress; returns the task to resume, if it is suspended.
    mutating func end(_ outcome: Outcome) -> UnsafeContinuation<Void, Never>? {
      self.outcome = outcome
      defer { (wait, task) = (nil, nil) }
      return task
    }
  }

  /// A closure in a struct: each change in place of a bare one, as the value of a generic type, wraps it once
  /// more, so that each call would take longer than the one before, and in the end more than the stack.
  private struct IdleHandler: Sendable {
    let call: @Sendable () -> Void
  }

  private let loop: EventLoop
  private let state = Lock(State())
  /// Called on the loop's thread when the socket becomes ready while no task waits.
  private let onIdleReady = Lock<IdleHandler?>(nil)

  init(on loop: EventLoop) {
    self.loop = loop
  }

  /// Waits where the caller is, if it is on the loop's thread, which has nothing else to do.
  ///
  /// That spares the task a suspension, and so makes its wait as cheap as the blocking driver's.
  ///
  /// - Returns: nil if the task must be suspended, since the loop has something to do, now or meanwhile.
  func waitInPlace(_ wait: Wait) -> Outcome? {
    guard loop.isCallersAlone else { return nil }
    if begin(wait, suspending: nil) { loop.selectInPlace() }
    return takeOutcome()
  }

  /// Keeps the task that waits from now on; the outcome is taken once it is resumed.
  ///
  /// It isn't handed over by the continuation, since the thread sanitizer doesn't see how that gets
  /// to another thread.
  func suspend(_ task: UnsafeContinuation<Void, Never>, _ wait: Wait) {
    if !begin(wait, suspending: task) { task.resume() }
  }

  /// How the wait ended; nil if it hasn't, and is given up.
  func takeOutcome() -> Outcome? {
    state.withLock { state in
      defer { (state.wait, state.outcome) = (nil, nil) }
      return state.outcome
    }
  }

  /// Begins a wait; returns false if it is over already.
  private func begin(_ wait: Wait, suspending task: UnsafeContinuation<Void, Never>?) -> Bool {
    let isWaiting = state.withLock { state in
      if let outcome = state.outcome(instead: wait) {
        state.outcome = outcome
        return false
      }
      do throws(PostgresError) {
        // First, so that every report finds the task waiting.
        state.begin(wait)
        state.task = task
        try watch(wait.socket, for: wait.readiness, &state)
      } catch {
        _ = state.end(.failed(error))
        return false
      }
      if task != nil { loop.suspended.add(1, ordering: .relaxed) }
      return true
    }
    if isWaiting, wait.isQuick || wait.deadline != nil { loop.watchOverWaits(until: wait.deadline) }
    return isWaiting
  }

  /// Has the loop watch the socket though no task waits, unless it is closed.
  func watchIdle(onReady: @escaping @Sendable () -> Void) throws(PostgresError) {
    onIdleReady.withLock { if $0 == nil { $0 = IdleHandler(call: onReady) } }
    try state.withLock { (state) throws(PostgresError) in
      guard state.wait == nil, state.socket >= 0 else { return }
      state.isReady = false
      try watch(state.socket, for: .readable, &state)
    }
  }

  private func watch(
    _ socket: Int32, for readiness: Readiness, _ state: inout State
  ) throws(PostgresError) {
    if state.socket != socket {
      if state.socket >= 0 { loop.release(state.socket, of: self) }
      (state.socket, state.watched, state.isHungUp) = (socket, nil, false)
      loop.add(self, of: socket)
    }
    try loop.selector.watch(socket, for: readiness, after: state.watched)
    state.watched = readiness
  }

  // MARK: What ends a wait

  /// The socket is ready for the task that waits, or for the one that waits next.
  ///
  /// - Parameter isHungUp: Whether the other side has hung up. It may have replied before, so that its end
  ///   lies unread behind the reply, and is not reported again.
  func becameReady(isHungUp: Bool = false) {
    var isIdle = false
    end(.ready) { state in
      if isHungUp { state.isHungUp = true }
      isIdle = state.wait == nil
      if isIdle { state.isReady = true }
      return !isIdle
    }
    if isIdle, let handler = onIdleReady.withLock({ $0 }) { handler.call() }
  }

  /// Interrupts an operation, now or when its task waits; one that came too late does nothing.
  func interrupt(_ operation: Int) {
    end(.interrupted) { state in
      if state.wait?.operation == operation { return true }
      state.interrupted = operation
      return false
    }
  }

  /// Lets no task wait any more.
  func abandon() {
    end(.abandoned) { state in
      state.isAbandoned = true
      return state.wait != nil
    }
  }

  /// Ends the wait if its deadline is over, or if it was in progress at the last tick; returns when to look
  /// again, if at all.
  func tick(_ now: MonotonicInstant, next: MonotonicInstant) -> MonotonicInstant? {
    var isNew = false
    var deadline: MonotonicInstant?
    end(.timedOut) { state in
      isNew = state.waits != state.waitsAtTick
      state.waitsAtTick = state.waits
      deadline = state.wait?.deadline
      return deadline.map { $0 <= now } ?? false
    }
    if let deadline, deadline <= now { return nil }
    if isNew { return deadline.map { min($0, next) } ?? next }
    var isQuick = false
    end(.slow) { state in
      isQuick = state.wait?.isQuick == true && state.waits == state.waitsAtTick
      return isQuick
    }
    return isQuick ? nil : deadline
  }

  /// Ends the wait in progress if `isOver`, which has the lock, says so.
  private func end(_ outcome: Outcome, if isOver: (inout State) -> Bool) {
    let (task, isInPlace) = state.withLock { state -> (UnsafeContinuation<Void, Never>?, Bool) in
      guard isOver(&state) else { return (nil, false) }
      let task = state.end(outcome)
      return (task, task == nil)
    }
    if let task {
      loop.suspended.subtract(1, ordering: .relaxed)
      task.resume()
    } else if isInPlace, !loop.isCurrent {
      loop.wake()
    }
  }

  /// Has the loop forget the socket, which is about to be closed, or was by libpq, which closes a broken one.
  func forgetSocket() {
    state.withLock { state in
      guard state.socket >= 0 else { return }
      loop.release(state.socket, of: self)
      state.socket = -1
      state.watched = nil
      (state.isReady, state.isHungUp) = (false, false)
    }
  }
}
