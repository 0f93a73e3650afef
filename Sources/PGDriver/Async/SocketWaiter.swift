/// The one task that waits for a socket on an event loop, on whose thread alone it is used.
final class SocketWaiter {
  enum Outcome: Sendable {
    case ready
    case timedOut
  }

  let socket: Int32
  private let selector: any Selector
  /// What the selector was last told.
  private var interest: Readiness?
  private var continuation: UnsafeContinuation<Outcome, Never>?
  private(set) var deadline: ContinuousClock.Instant?

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

  /// Keeps the task that waits from now on.
  func suspend(_ waiting: UnsafeContinuation<Outcome, Never>, until deadline: ContinuousClock.Instant?) {
    continuation = waiting
    self.deadline = deadline
  }

  /// Resumes the task.
  ///
  /// With nobody waiting, such as when the server closes an idle connection, the interest is dropped, for a
  /// level-triggered selector would report it for ever.
  func becameReady() {
    guard let waiting = continuation else {
      // It can't be told off either: then the socket is no longer registered, which serves as well.
      try? selector.setInterest(nil, of: socket)
      interest = nil
      return
    }
    continuation = nil
    waiting.resume(returning: .ready)
  }

  func expire() {
    guard let waiting = continuation else { return }
    continuation = nil
    waiting.resume(returning: .timedOut)
  }
}
