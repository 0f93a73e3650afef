#if os(Linux)
  import PGSystem

  /// The CPU time that a thread of this process has used.
  enum ThreadClock {
    /// The first number of its schedstat (the kernel's Documentation/scheduler/sched-stats.rst); nil without the thread.
    static func nanoseconds(ofThread thread: Int32) -> Int? {
      let file = open("/proc/self/task/\(thread)/schedstat", O_RDONLY)
      guard file >= 0 else { return nil }
      defer { close(file) }
      var bytes = [UInt8](repeating: 0, count: 128)
      let count = read(file, &bytes, bytes.count)
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ").first.flatMap
      { Int($0) }
    }

    /// What a thread uses while the caller sleeps.
    static func used(byThread thread: Int32, during time: Duration) async throws -> Duration {
      let before = nanoseconds(ofThread: thread) ?? 0
      try await Task.sleep(for: time)
      return .nanoseconds((nanoseconds(ofThread: thread) ?? .max) - before)
    }
  }
#endif
