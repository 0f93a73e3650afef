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
