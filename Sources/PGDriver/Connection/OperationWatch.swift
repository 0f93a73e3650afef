import CLibPQ
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

/// A cancel request on its way, on a thread of its own, since libpq's call blocks for as long as
/// the server likes.
///
/// The connection must not send another command before the request is over: the signal might hit that one.
final class PendingCancel: Sendable {
  private struct State {
    var isOver = false
    /// Whether nothing more is awaited.
    var isGivenUp = false
    var waiter: CheckedContinuation<Bool, Never>?
  }

  private let state = Condition(State())

  /// Sends the request; if there is no thread to be had, nothing is cancelled.
  init(_ request: CancelRequest?) {
    do throws(PostgresError) {
      guard let request else {
        end()
        return
      }
      try DriverThread.start("pgdriver-cancel") { [self] in
        request.send()
        end()
      }
    } catch {
      end()
    }
  }

  private func end() {
    let waiter = state.change(wakingAll: true) { state in
      state.isOver = true
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume(returning: true)
  }

  /// Whether the request got through, or failed.
  var isOver: Bool { state.change { $0.isOver } }

  /// Blocks the thread until the request is over; returns false if it isn't by then.
  func waitBlocking(until deadline: MonotonicInstant) -> Bool {
    setAlarm(deadline)
    defer { removeAlarm() }
    return state.wait { $0.isOver ? true : $0.isGivenUp ? false : nil }
  }

  /// Suspends the task until the request is over; returns false if it isn't by then.
  func wait(until deadline: MonotonicInstant) async -> Bool {
    guard !isOver else { return true }
    setAlarm(deadline)
    defer { removeAlarm() }
    return await withCheckedContinuation { waiter in
      let outcome = state.change { state -> Bool? in
        if state.isOver || state.isGivenUp { return state.isOver }
        state.waiter = waiter
        return nil
      }
      if let outcome { waiter.resume(returning: outcome) }
    }
  }

  private func setAlarm(_ instant: MonotonicInstant) {
    guard !isOver, let alarm = try? Alarm.common() else { return }
    alarm.set(instant, for: ObjectIdentifier(self)) { [self] in
      let waiter = state.change(wakingAll: true) { state in
        state.isGivenUp = true
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume(returning: false)
    }
  }

  private func removeAlarm() {
    (try? Alarm.common())?.remove(ObjectIdentifier(self))
  }
}

/// The means to cancel what a connection is doing, from any thread.
///
/// Sendable, unchecked: libpq's manual (section 34.7, "Canceling Queries in Progress") lets any thread
/// use a PGcancel.
final class CancelRequest: @unchecked Sendable {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) {
    self.handle = handle
  }

  deinit {
    PQfreeCancel(handle)
  }

  /// Asks the server to cancel, on a connection of its own, and waits until it has passed the request on.
  ///
  /// After that the signal can hit no later command: it is pending at the server process, which drops it when
  /// it is idle. A request that doesn't get through changes nothing.
  func send() {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { complaint in
      _ = PQcancel(handle, complaint.baseAddress, Int32(complaint.count))
    }
  }
}
