/// Those who read a connection's notifications.
struct Subscribers: Sendable {
  private struct Subscriber {
    let channel: String
    let continuation: AsyncStream<PostgresNotification>.Continuation
  }

  private var all: [Int: Subscriber] = [:]
  private var next = 0

  var isEmpty: Bool { all.isEmpty }

  /// Adds one who reads a channel; answers the number to remove it by.
  mutating func add(
    _ continuation: AsyncStream<PostgresNotification>.Continuation, channel: String
  ) -> Int {
    defer { next += 1 }
    all[next] = Subscriber(channel: channel, continuation: continuation)
    return next
  }

  mutating func remove(_ number: Int) { all[number] = nil }

  /// Those who read a channel; nil for all.
  func readers(of channel: String?) -> [AsyncStream<PostgresNotification>.Continuation] {
    all.values.filter { channel == nil || $0.channel == channel }.map(\.continuation)
  }
}

extension AsyncConnection {
  /// Listens on a channel and answers what is sent on it from now on, also by this session.
  ///
  /// The stream ends with the connection. Notifications that nobody takes pile up: end the stream, or cancel the task that
  /// reads it, when it is no longer wanted; LISTEN stays in force until UNLISTEN is run.
  ///
  /// - Throws: as `query`.
  public func notifications(
    on channel: String
  ) async throws(PostgresError) -> AsyncStream<PostgresNotification> {
    let (stream, continuation) = AsyncStream<PostgresNotification>.makeStream()
    let number = turns.withLock { $0.subscribers.add(continuation, channel: channel) }
    // Weak: the connection keeps the continuation, and that keeps this closure.
    continuation.onTermination = { [weak self] _ in
      self?.turns.withLock { $0.subscribers.remove(number) }
    }
    do throws(PostgresError) {
      try await execute("LISTEN \(PostgresQuery.quoted(identifier: channel))")
    } catch {
      continuation.finish()
      throw error
    }
    return stream
  }

  /// Has somebody read what comes while no operation is in progress.
  func watchIdle() {
    do throws(PostgresError) {
      try waiter.watchIdle { [weak self] in self?.receiveIdle() }
    } catch {
      // It can't be watched: who reads the notifications must know.
      endSubscriptions()
    }
  }

  /// Reads what came while nobody waited, unless there is an operation in progress, which reads it.
  private func receiveIdle() {
    guard turns.withLock({ $0.takeIfFree() }) else { return }
    do throws(PostgresError) {
      try core.consumeIdleInput()
    } catch {
      core.close()
    }
    endTurn()
  }

  func deliverNotifications() {
    for notification in core.notifications {
      let readers = turns.withLock { $0.subscribers.readers(of: notification.channel) }
      for reader in readers { reader.yield(notification) }
    }
    core.notifications = []
  }

  func endSubscriptions() {
    for reader in turns.withLock({ $0.subscribers.readers(of: nil) }) { reader.finish() }
  }
}
