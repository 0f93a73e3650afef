// Not internal: in this file the compiler sees the C library's own types through it, too.
package import CPGSystem

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

/// What the kernel tells of a running process; Linux only (proc(5)).
package struct ProcessStatus: Sendable, Hashable {
  /// Its effective user.
  package let user: uid_t
  /// The name of its program, such as `swift`.
  ///
  /// No arguments, which may hold a password.
  package let program: String?

  /// Asks the kernel; nil if there is no such process, or the system doesn't tell.
  package init?(of process: pid_t, files: FileProbe = .machine) {
    guard let status = files.text("/proc/\(process)/status"), let user = Self.user(inStatus: status) else {
      return nil
    }
    self.user = user
    let command = files.text("/proc/\(process)/cmdline") ?? ""
    let first = command.split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    let name = first.split(separator: "/").last.map(String.init) ?? files.text("/proc/\(process)/comm")
    program = name.flatMap(Self.printable)
  }

  /// A process gives itself any name, which may be printed on a terminal.
  private static func printable(_ name: String) -> String? {
    let letters = name.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }.prefix(40)
    return letters.isEmpty ? nil : String(String.UnicodeScalarView(letters))
  }

  /// The effective user of `Uid:  real  effective  saved  file system`.
  package static func user(inStatus text: String) -> uid_t? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("Uid:") }
    let numbers = line?.split { $0 == " " || $0 == "\t" }.dropFirst().compactMap { uid_t($0) }
    return numbers.flatMap { $0.count == 4 ? $0[1] : nil }
  }
}

/// A user that the system knows by name: an entry of /etc/passwd or of another database of users (passwd(5)).
package struct SystemUser: Sendable, Hashable {
  package let name: String
  package let userID: uid_t
  package let groupID: gid_t
  /// The folder that belongs to the user, where there is one.
  package let home: String?

  /// Finds a user by name.
  package init?(named name: String) {
    self.init { getpwnam_r(name, &$0, $1, $2, &$3) }
  }

  /// Finds a user by number.
  package init?(_ user: uid_t) {
    self.init { getpwuid_r(user, &$0, $1, $2, &$3) }
  }

  /// The name of a user, or the number where it has none.
  package static func name(of user: uid_t) -> String { SystemUser(user)?.name ?? "\(user)" }

  // C returns through pointers.
  private init?(
    _ find: (inout passwd, UnsafeMutablePointer<CChar>, Int, inout UnsafeMutablePointer<passwd>?) -> CInt
  ) {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    let user = buffer.withUnsafeMutableBufferPointer { buffer -> SystemUser? in
      guard let start = buffer.baseAddress, find(&entry, start, buffer.count, &found) == 0, found != nil,
        let name = entry.pw_name
      else { return nil }
      return SystemUser(
        name: String(cString: name), userID: entry.pw_uid, groupID: entry.pw_gid,
        home: entry.pw_dir.map { String(cString: $0) })
    }
    guard let user else { return nil }
    self = user
  }

  private init(name: String, userID: uid_t, groupID: gid_t, home: String?) {
    self.name = name
    self.userID = userID
    self.groupID = groupID
    self.home = home
  }
}
