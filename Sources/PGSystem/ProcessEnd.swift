import CPGSystem

/// What is still to be done when the process ends by exit: each action blocks, for a bounded time.
package enum ExitCleanup {
  private struct State {
    var actions: [Int: @Sendable () -> Void] = [:]
    var next = 0
    var owner: pid_t?
    var hasFailed = false
  }

  private static let state = Lock(State())

  /// Has an action done at exit; returns the number to withdraw it by.
  package static func register(_ action: @escaping @Sendable () -> Void) -> Int {
    state.withLock { state in
      if state.owner == nil {
        state.owner = getpid()
        atexit { ExitCleanup.run() }
      }
      state.next += 1
      state.actions[state.next] = action
      return state.next
    }
  }

  /// Has the actions done before those of libraries that were first used until now.
  ///
  /// What is to be done at exit is done in the reverse order of its registration (atexit(3)). OpenSSL
  /// registers its end when it is first used, as by a connection with a password, and no connection can be
  /// made after it.
  package static func comeBeforeLibraries() {
    state.withLock { state in
      guard state.owner == getpid() else { return }
      atexit { ExitCleanup.run() }
    }
  }

  /// Forgets an action: what it was for has been done.
  package static func withdraw(_ number: Int) {
    state.withLock { _ = $0.actions.removeValue(forKey: number) }
  }

  /// Has the process end as one that failed, whatever it was about to end with: an action could not do what
  /// was asked for.
  package static func fail() { state.withLock { $0.hasFailed = true } }

  /// Does it all now: the process is about to end by a signal, which exit(3) doesn't see.
  package static func perform() {
    let actions = state.withLock { state in
      // A forked copy of the process owns nothing.
      defer { state.actions = [:] }
      return state.owner == getpid() ? Array(state.actions.values) : []
    }
    for action in actions { action() }
  }

  private static func run() {
    perform()
    guard state.withLock({ $0.hasFailed && $0.owner == getpid() }) else { return }
    // The code is given to exit before anything that is done at exit, and exit must not be called again.
    fflush(nil)
    _exit(EXIT_FAILURE)
  }
}

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
