import CPGSystem

/// Puts something before the end of the process by a signal: Ctrl-C, and the others that ask it to end.
package enum EndingSignals {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  /// Has `action` done at the first such signal, whose usual effect then follows.
  ///
  /// To be called once. A second signal ends the process at once. Signals that other code handles, or that
  /// are ignored, are left as they are.
  package static func precede(_ action: @escaping @Sendable (_ signal: Int32) -> Void) {
    let pipe = pg_system_take_signals(numbers, Int32(numbers.count))
    guard pipe >= 0 else { return }
    try? OSThread.start("pgbench-signals") {
      let first = next(of: pipe)
      try? OSThread.start("pgbench-signals") { end(by: next(of: pipe)) }
      action(first)
      end(by: first)
    }
  }

  /// The name of a signal, such as `SIGINT`.
  package static func name(_ number: Int32) -> String {
    switch number {
    case SIGINT: "SIGINT"
    case SIGTERM: "SIGTERM"
    case SIGHUP: "SIGHUP"
    default: "signal \(number)"
    }
  }

  private static func next(of pipe: Int32) -> Int32 {
    var byte: UInt8 = 0
    // Without its pipe there is nothing that it could wait for.
    while read(pipe, &byte, 1) != 1 { if errno != EINTR { sleep(3600) } }
    return Int32(byte)
  }

  private static func end(by number: Int32) {
    signal(number, SIG_DFL)
    kill(getpid(), number)
    // The signal comes to any thread, and may take a moment.
    sleep(5)
    _exit(128 + number)
  }
}
