/// The one task that waits for a socket on an event loop, on whose thread alone it is used.
final class SocketWaiter {
  enum Outcome: Sendable {
    case ready
    case timedOut
    case abandoned
  }

  let socket: Int32
  private let selector: any Selector
  /// What the selector was last told.
  private var interest: Readiness?
  private var continuation: UnsafeContinuation<Outcome, Never>?
  private(set) var deadline: ContinuousClock.Instant?
  /// Whether the loop has forgotten it: a task that was about to wait must not.
  private var isAbandoned = false

  init(socket: Int32, selector: any Selector) {
    self.socket = socket
    self.selector = selector
  }

  /// Makes the selector wait for this and nothing else.
  ///
  /// For a run of queries it does so already.
  func arm(_ readiness: Readiness) throws(PostgresError) {
    guard interest != readiness else { return }
    try selector.setInterest(readiness, of: socket)
    interest = readiness
  }

  /// Makes the selector wait for nothing of this socket.
  private func disarm() {
    selector.deregister(socket)
    interest = nil
  }

  /// Keeps the task that waits from now on.
  func suspend(_ waiting: UnsafeContinuation<Outcome, Never>, until deadline: ContinuousClock.Instant?) {
    guard !isAbandoned else { return waiting.resume(returning: .abandoned) }
    continuation = waiting
    self.deadline = deadline
  }

  /// Resumes the task.
  ///
  /// With nobody waiting, such as when the server closes an idle connection, the interest is dropped, for a
  /// level-triggered selector would report it for ever.
  func becameReady() {
    guard let waiting = continuation else {
      disarm()
      return
    }
    continuation = nil
    waiting.resume(returning: .ready)
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
    continuation = nil
  }
}
