import PGSystem

extension SyncConnection {
  /// Listens on a channel: `nextNotification` returns what is sent on it from now on, also by this session.
  ///
  /// In a transaction it takes effect at its commit, and not at all if it is rolled back.
  ///
  /// - Throws: as `execute`; `encoding` for a channel's name that is empty, holds U+0000, or has more than 63
  ///   bytes, of which the server would cut off the rest.
  public func listen(on channel: String) throws(PostgresError) {
    try execute(ChannelName(channel).listen)
  }

  /// Ends listening on a channel; what came before can still be taken.
  ///
  /// - Throws: as `listen`.
  public func unlisten(on channel: String) throws(PostgresError) {
    try execute(ChannelName(channel).unlisten)
  }

  /// Waits for the next notification on the channels that are listened on.
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
