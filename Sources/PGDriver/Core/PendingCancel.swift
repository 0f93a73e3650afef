import PGSystem

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
