extension AsyncConnection {
  /// One who reads a channel's notifications.
  struct Subscriber {
    let channel: String
    let continuation: AsyncStream<PostgresNotification>.Continuation
  }

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
    let number = nextSubscriber
    nextSubscriber += 1
    subscribers[number] = Subscriber(channel: channel, continuation: continuation)
    continuation.onTermination = { _ in Task { await self.unsubscribe(number) } }
    do throws(PostgresError) {
      try await execute("LISTEN \(PostgresQuery.quoted(identifier: channel))")
      let waiter = watch()
      waiter.onIdleReady = { [weak self] in self?.assumeIsolated { $0.receiveIdle() } }
      try waiter.watchIdle()
    } catch {
      continuation.finish()
      throw error
    }
    return stream
  }

  private func unsubscribe(_ number: Int) {
    subscribers[number] = nil
  }

  /// Reads what came while nobody waited.
  private func receiveIdle() {
    do throws(PostgresError) {
      try core.consumeIdleInput()
      deliverNotifications()
    } catch {
      close()
    }
  }

  func deliverNotifications() {
    for notification in core.notifications {
      for subscriber in subscribers.values where subscriber.channel == notification.channel {
        subscriber.continuation.yield(notification)
      }
    }
    core.notifications = []
  }

  func endSubscriptions() {
    let all = subscribers.values
    subscribers = [:]
    for subscriber in all { subscriber.continuation.finish() }
  }
}
