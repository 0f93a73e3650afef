import PGSystem

/// What ends an operation before the server does: its time-out, and a wish to cancel it.
///
/// Both fronts look at it between two waits, also if none of them lasts: a server may send notices
/// without an end.
struct OperationWatch {
  /// How long to wait before the server is asked once more.
  ///
  /// It drops a request that comes while it still reads the command (`ProcessInterrupts` in
  /// src/backend/tcop/postgres.c).
  private static var interval: Duration { .milliseconds(250) }

  private let timeout: Duration?
  /// When the statement has taken too long, or, once it is to be cancelled, the server.
  private var deadline: MonotonicInstant?
  private var nextRequest: MonotonicInstant?
  private var request: PendingCancel?

  init(timeout: Duration?) {
    self.timeout = timeout
    deadline = timeout.map { MonotonicInstant.now + $0 }
  }

  /// When to look again, at the latest; nil for never.
  var wakeAt: MonotonicInstant? { nextRequest ?? deadline }

  /// Whether a request to cancel was sent.
  var isCancelling: Bool { request != nil }

  /// Asks the server to cancel if the operation has taken too long, or is to be cancelled for another reason.
  ///
  /// - Throws: `connectionLost` if the server doesn't react; the connection is closed then.
  mutating func look(at core: ConnectionCore) throws(PostgresError) {
    let now = MonotonicInstant.now
    if core.cancelReason == nil {
      guard let deadline, deadline <= now, let timeout else { return }
      core.cancelReason = .statementTimedOut(timeout)
    }
    if request == nil {
      deadline = now + PostgresError.cancelPatience
    } else if let deadline, deadline <= now {
      core.close()
      throw .serverSilent()
    }
    guard nextRequest.map({ $0 <= now }) ?? true, request?.isOver ?? true else { return }
    request = PendingCancel(core.cancelRequest())
    nextRequest = now + Self.interval
  }

  /// Blocks until no request is on its way, for its signal must not hit the next command; closes
  /// the connection otherwise.
  func endBlocking(_ core: ConnectionCore) {
    guard let request else { return }
    if !request.waitBlocking(until: .now + PostgresError.cancelPatience) { core.close() }
  }

  /// Suspends the task until no request is on its way; closes the connection otherwise.
  func end(_ core: ConnectionCore) async {
    guard let request else { return }
    if await !request.wait(until: .now + PostgresError.cancelPatience) { core.close() }
  }
}
