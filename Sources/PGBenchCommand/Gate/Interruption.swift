import Dispatch
import PGDriver
import PGSystem

/// Turns Ctrl-C, SIGTERM and SIGHUP into an orderly end.
struct Interruption {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  private let received = Lock<Int32?>(nil)
  private let sources: [any DispatchSourceSignal]

  /// Has `action` done at each such signal.
  init(_ action: @escaping @Sendable () -> Void) {
    sources = Self.numbers.map { [received] number in
      // Dispatch sees a signal beside its usual effect, which would end the process at once.
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        received.withLock { $0 = $0 ?? number }
        action()
      }
      source.resume()
      return source
    }
  }

  /// The signal that came first; nil if none has.
  var first: Int32? { received.withLock { $0 } }

  /// Leaves the signals to the system again.
  func stop() {
    for source in sources { source.cancel() }
    for number in Self.numbers { _ = signal(number, SIG_DFL) }
  }
}
