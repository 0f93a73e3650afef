/// A cancel request on its way, on a thread of its own, since libpq's call blocks for as long as the server likes.
///
/// The connection must not send another command before the request is over: the signal might hit that one.
final class PendingCancel: Sendable {
  private struct State {
    var isOver = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Condition(State())

  /// Sends the request; if there is no thread to be had, nothing is cancelled.
  init(_ request: CancelRequest?) {
    do throws(PostgresError) {
      guard let request else {
        end()
        return
      }
      try OSThread.start("pgdriver-cancel") { [self] in
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
    waiter?.resume()
  }

  /// Blocks the thread until the request is over.
  func waitBlocking() {
    state.wait { $0.isOver ? () : nil }
  }

  /// Suspends the task until the request is over.
  func wait() async {
    await withCheckedContinuation { waiter in
      let isOver = state.change { state in
        if !state.isOver { state.waiter = waiter }
        return state.isOver
      }
      if isOver { waiter.resume() }
    }
  }
}
