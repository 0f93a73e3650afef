import PGDriver

/// A second connection that locks a run, and is opened anew at once when it is ended: the run's other
/// sign of life.
///
/// A connection that only waits is ended by time-outs of the server and of what is on the way, and by
/// administrators. One that sends nothing doesn't notice until it is used again, and meanwhile another run
/// would take the databases for those of a dead one.
final class RunKeeper: Sendable {
  private let task: Task<Void, Never>

  init(_ configuration: PostgresConfiguration, of run: RunIdentifier) {
    task = Task.detached {
      while !Task.isCancelled {
        try? await Self.hold(configuration, run)
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  deinit { task.cancel() }

  /// Lets go of the lock, and returns when the connection is closed.
  func stop() async {
    task.cancel()
    await task.value
  }

  /// Returns when the connection ends, or the task is cancelled.
  private static func hold(_ configuration: PostgresConfiguration, _ run: RunIdentifier) async throws {
    let connection = try await AsyncConnection.connect(to: configuration)
    do {
      try await connection.execute(OwnSession.emptyPath)
      try await connection.execute(OwnSession.settings(serverVersion: connection.serverVersion))
      try await connection.execute(run.lockStatement)
      // No session sends anything: this waits for the connection's end.
      for try await _ in try await connection.notifications(on: run.channel) {}
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }
}
