import PGDriver
import PGSystem

/// Says every half a minute what a case that takes long is at, so that no user takes it for hung.
final class CaseTicker: Sendable {
  private let phase = Lock("starting the server")
  private let ticking: Task<Void, Never>

  /// - Parameter say: Given a line for the person who waits.
  init(every interval: Duration = .seconds(30), say: @escaping @Sendable (String) -> Void) {
    let start = MonotonicClock.now()
    ticking = Task.detached { [phase] in
      while (try? await Task.sleep(for: interval)) != nil {
        let seconds = (MonotonicClock.now() - start) / 1_000_000_000
        say("still \(phase.withLock { $0 }) after \(seconds) s")
      }
    }
  }

  deinit { ticking.cancel() }

  /// Notes what the case is at, as in "measuring".
  func note(_ phase: String) { self.phase.withLock { $0 = phase } }
}
