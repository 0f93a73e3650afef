extension SyncConnection {
  /// Waits for the next notification on the channels that LISTEN was run for.
  ///
  /// - Parameter timeout: How long to wait at most; nil for ever, zero for what is there already.
  /// - Returns: nil when the time is over.
  /// - Throws: `connectionLost` with the server's reason if the connection breaks meanwhile, once those that
  ///   came before its end have been returned; `connectionClosed` after that.
  public func nextNotification(timeout: Duration? = nil) throws(PostgresError) -> PostgresNotification? {
    let deadline = timeout.map { MonotonicInstant.now + $0 }
    var hasLooked = false
    while true {
      if !core.isClosed { _ = try core.idle() }
      if let notification = core.notifications.takeFirst() { return notification }
      _ = try core.open()
      // The server may never be silent, though it sends no notification.
      if hasLooked, let deadline, MonotonicInstant.now >= deadline { return nil }
      guard try SocketPoll.wait(for: .readable, of: core.socket, until: deadline) else { return nil }
      core.consumeIdleInputQuietly()
      hasLooked = true
    }
  }
}
