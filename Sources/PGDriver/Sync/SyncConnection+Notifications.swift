extension SyncConnection {
  /// Waits for the next notification on the channels that LISTEN was run for.
  ///
  /// - Parameter timeout: How long to wait at most; nil for ever.
  /// - Returns: nil when the time is over.
  /// - Throws: `connectionLost` if the connection breaks meanwhile.
  public func nextNotification(timeout: Duration? = nil) throws(PostgresError) -> PostgresNotification? {
    _ = try core.idle()
    let deadline = timeout.map { MonotonicInstant.now + $0 }
    while core.notifications.isEmpty {
      guard try SocketPoll.wait(for: .readable, of: core.socket, until: deadline) else { return nil }
      try core.consumeIdleInput()
    }
    return core.notifications.removeFirst()
  }
}
