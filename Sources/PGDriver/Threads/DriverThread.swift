import PGSystem

/// Starts the driver's own threads, whose failures are the driver's errors.
enum DriverThread {
  /// Starts a detached thread that runs `body` once.
  ///
  /// - Parameter name: What profilers and debuggers show; at most 15 bytes.
  /// - Throws: `system` if the system refuses a thread.
  static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(PostgresError) {
    do throws(SystemError) {
      try OSThread.start(name, body)
    } catch {
      throw PostgresError(.system, "\(error)")
    }
  }
}
