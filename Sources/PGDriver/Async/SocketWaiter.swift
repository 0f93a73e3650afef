/// The one task that waits for a socket on an event loop, on whose thread alone it is used.
final class SocketWaiter {
  enum Outcome: Sendable {
    case ready
    case timedOut
    /// The task that waits was cancelled; the socket may never become ready.
    case interrupted
    case abandoned
    case failed(PostgresError)
  }

  let socket: Int32
  private let selector: any Selector
  /// What the selector was last told.
  private var interest: Readiness?
  private var continuation: UnsafeContinuation<Outcome, Never>?
  private(set) var deadline: ContinuousClock.Instant?
  /// Whether the loop has forgotten it: a task that was about to wait must not.
  private var isAbandoned = false
  /// Whether a task that is about to wait is to be interrupted.
  private var mustInterrupt = false
  /// What to do when the socket becomes ready with nobody waiting; nil, or the answer false, stops watching it then.
  var onIdleReady: (() -> Bool)?

  init(socket: Int32, selector: any Selector) {
    self.socket = socket
    self.selector = selector
  }

  /// Makes the selector wait for nothing of this socket.
  private func disarm() {
    selector.deregister(socket)
    interest = nil
  }

  /// Keeps the task that waits from now on, and has the selector wait for this and nothing else.
  ///
  /// Both at once, so that no readiness is met with nobody waiting. For a run of queries the selector does so already.
  func suspend(
    _ waiting: UnsafeContinuation<Outcome, Never>, for readiness: Readiness,
    until deadline: ContinuousClock.Instant?
  ) {
    guard !isAbandoned else { return waiting.resume(returning: .abandoned) }
    guard !mustInterrupt else {
      mustInterrupt = false
      return waiting.resume(returning: .interrupted)
    }
    do throws(PostgresError) {
      if interest != readiness { try selector.setInterest(readiness, of: socket) }
      interest = readiness
      continuation = waiting
      self.deadline = deadline
    } catch {
      waiting.resume(returning: .failed(error))
    }
  }

  /// Resumes the task.
  ///
  /// With nobody waiting, such as when the server closes an idle connection, somebody has to read, or the interest is
  /// dropped, for a level-triggered selector would report it for ever.
  func becameReady() {
    guard let waiting = continuation else {
      if onIdleReady?() != true { disarm() }
      return
    }
    (continuation, deadline) = (nil, nil)
    waiting.resume(returning: .ready)
  }

  /// Watches the socket though nobody waits.
  func watchIdle() throws(PostgresError) {
    guard continuation == nil, interest != .readable else { return }
    try selector.setInterest(.readable, of: socket)
    interest = .readable
  }

  /// Resumes the task that waits, or the next one that is about to.
  func interrupt() {
    if continuation == nil { mustInterrupt = true } else { end(.interrupted) }
  }

  /// Forgets an interruption that came too late.
  func clearInterruption() {
    mustInterrupt = false
  }

  /// Resumes the task, if there is one, for its deadline is over.
  func expire() {
    end(.timedOut)
  }

  /// Resumes the task, if there is one or will be one, since nobody tells it of its socket any more.
  func abandon() {
    disarm()
    isAbandoned = true
    end(.abandoned)
  }

  private func end(_ outcome: Outcome) {
    continuation?.resume(returning: outcome)
    (continuation, deadline) = (nil, nil)
  }
}
