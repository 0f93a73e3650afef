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
    // Weak: the connection keeps the continuation, and that keeps this closure.
    continuation.onTermination = { [weak self] _ in
      guard let self else { return }
      Task { await self.unsubscribe(number) }
    }
    do throws(PostgresError) {
      try await execute("LISTEN \(PostgresQuery.quoted(identifier: channel))")
    } catch {
      continuation.finish()
      throw error
    }
    return stream
  }

  /// Has somebody read what comes while nobody waits.
  func watchIdle() {
    do throws(PostgresError) {
      let waiter = watch()
      if waiter.onIdleReady == nil {
        waiter.onIdleReady = { [weak self] in self?.assumeIsolated { $0.receiveIdle() } ?? false }
      }
      try waiter.watchIdle()
    } catch {
      close()
    }
  }

  private func unsubscribe(_ number: Int) {
    subscribers[number] = nil
  }

  /// Reads what came while nobody waited; answers whether it was right to.
  ///
  /// It is not in the middle of an operation: that would wait for ever for what was read here.
  private func receiveIdle() -> Bool {
    guard !turns.isTaken else { return false }
    do throws(PostgresError) {
      try core.consumeIdleInput()
      deliverNotifications()
    } catch {
      close()
    }
    return true
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
