import PGDriver
import PGSystem

/// A result that is given once, by whichever of several is first, and waited for by one task.
///
/// The wait doesn't end when its task is cancelled: cancellation ends what is waited for, and that gives the
/// result.
final class Reply<Answer: Sendable>: Sendable {
  private enum State {
    case open
    case awaited(CheckedContinuation<Answer, any Error>)
    case given(Result<Answer, any Error>)
  }

  private let state = Lock(State.open)

  /// Gives the result; returns false if there is one already.
  @discardableResult
  func give(_ result: Result<Answer, any Error>) -> Bool {
    let (isFirst, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Answer, any Error>?) in
      switch state {
      case .open:
        state = .given(result)
        return (true, nil)
      case .awaited(let waiter):
        state = .given(result)
        return (true, waiter)
      case .given: return (false, nil)
      }
    }
    waiter?.resume(with: result)
    return isFirst
  }

  /// Gives what comes of `body`.
  func give(resultOf body: () async throws -> Answer) async {
    do {
      give(.success(try await body()))
    } catch {
      give(.failure(error))
    }
  }

  /// Whether there is a result.
  var isGiven: Bool {
    state.withLock { if case .given = $0 { true } else { false } }
  }

  /// The result, once it is given.
  var value: Answer {
    get async throws {
      try await withCheckedThrowingContinuation { waiter in
        let given = state.withLock { state -> Result<Answer, any Error>? in
          if case .given(let result) = state { return result }
          state = .awaited(waiter)
          return nil
        }
        if let given { waiter.resume(with: given) }
      }
    }
  }
}
