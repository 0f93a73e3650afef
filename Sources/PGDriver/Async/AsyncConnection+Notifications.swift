import PGSystem

extension AsyncConnection {
  /// Listens on a channel and returns what is sent on it from now on, also by this session.
  ///
  /// In a transaction it takes effect at its commit, and not at all if it is rolled back. When nothing refers
  /// to the sequence any longer, the connection runs UNLISTEN, unless others read the same channel; in a
  /// transaction once that has ended. A listener that outlives the loss of its connection is a
  /// `AsyncListener`.
  ///
  /// - Throws: as `query`; `encoding` for a channel's name that is empty, holds U+0000, or has more than 63
  ///   bytes, of which the server would cut off the rest.
  public func notifications(on channel: String) async throws(PostgresError) -> AsyncNotifications {
    AsyncNotifications(subscription: try await subscribe(to: [try ChannelName(channel)]))
  }

  /// Listens on channels, whose notifications come in the order in which they were sent.
  func subscribe(to channels: [ChannelName]) async throws(PostgresError) -> Subscription {
    // First, so that nothing is missed that comes with the reply.
    let subscription = Subscription(self, to: channels)
    try await execute(channels.map(\.listen).joined(separator: ";"))
    return subscription
  }

  func unsubscribe(_ numbers: [Int]) {
    subscriptions.withLock { subscribers in
      for number in numbers { subscribers.remove(number) }
    }
    unlistenWhenIdle()
  }

  // MARK: What comes

  func deliverNotifications() {
    subscriptions.withLock { subscribers in
      while let notification = core.notifications.takeFirst() { subscribers.deliver(notification) }
    }
  }

  /// What the end of a turn has to do for those who read notifications.
  ///
  /// - Parameter loss: Why the connection broke, if it did.
  func attendSubscribers(isClosed: Bool, loss: PostgresError?) {
    if isClosed { return endSubscriptions(loss ?? reasonOfClosing) }
    if !subscriptions.withLock({ $0.isEmpty }) { watchIdle() }
    unlistenWhenIdle()
  }

  /// Why it is closed although it wasn't lost; nil if it was to be.
  private var reasonOfClosing: PostgresError? {
    guard !turns.withLock({ $0.isClosing }) else { return nil }
    return PostgresError(
      .connectionLost,
      "The connection was closed when a call on it failed; that call's error says why. Open a new one.")
  }

  private func endSubscriptions(_ failure: PostgresError?) {
    for mailbox in subscriptions.withLock({ $0.removeAll(isClosed: true) }) { mailbox.end(failure) }
  }

  /// Has what comes while no operation is in progress read.
  private func watchIdle() {
    do throws(PostgresError) {
      try waiter.watchIdle { [weak self] in self?.receiveIdle() }
    } catch {
      // Whatever comes now wouldn't be noticed: readers must know.
      endSubscriptions(error)
    }
  }

  /// Reads what came while no task waited, unless there is an operation in progress, which reads it.
  private func receiveIdle() {
    guard subscriptions.needAttention, turns.withLock({ $0.takeInPassing() }) else { return }
    core.consumeIdleInputQuietly()
    endTurn()
  }

  // MARK: What goes

  /// Tells the server of channels that no task reads any more, once no transaction is open, which it would be
  /// a part of.
  private func unlistenWhenIdle() {
    guard turns.withLock({ $0.lastStatus == .idle && !$0.isClosed }),
      subscriptions.withLock({ $0.beginUnlistening() })
    else { return }
    // What gives a channel up needn't wait, and may be in the connection's scope.
    Task.detached { [self] in
      await unlisten()
      subscriptions.withLock { $0.endUnlistening() }
      // There may be more by now.
      unlistenWhenIdle()
    }
  }

  /// Tells the server, if no transaction is open; returns where the connection stands then.
  @discardableResult
  private func unlisten() async -> PostgresTransactionStatus {
    do throws(PostgresError) {
      try await takeTurn(evenIfCancelled: true)
    } catch {
      return .active
    }
    defer { endTurn() }
    while core.transactionStatus == .idle, let channel = subscriptions.withLock({ $0.takeAbandoned() }) {
      do throws(PostgresError) {
        try core.start(script: channel.unlisten)
        try await advance { (core) throws(PostgresError) in try core.advance() }
        _ = try core.finish()
      } catch {
        // The connection is lost, and with it the channel; the turn's end says so.
        break
      }
    }
    return core.transactionStatus
  }

  /// Ends all sequences of notifications, of a connection that goes back to its pool; returns where
  /// it stands then.
  func returnToPool() async -> PostgresTransactionStatus {
    let failure = PostgresError(
      .misuse,
      "The notifications' connection went back to its pool. Read them within withConnection, "
        + "or by a AsyncListener."
    )
    for mailbox in subscriptions.withLock({ $0.removeAll(isClosed: false) }) { mailbox.end(failure) }
    return await unlisten()
  }
}

/// The notifications of a channel, of `AsyncConnection.notifications(on:)`.
///
/// It keeps its connection open. It ends normally when the connection is closed, or when a task that reads it
/// is cancelled; it throws `connectionLost`, with the server's reason if it gave one, when the connection
/// breaks. What came before the end is read first. Several tasks that read it share what comes: each
/// notification goes to one of them.
///
/// Notifications that aren't taken are kept in memory, however many they are. Once nothing refers to the
/// sequence and its iterators any longer, they are dropped, and the connection runs UNLISTEN if no other
/// sequence reads the channel.
public struct AsyncNotifications: AsyncSequence, Sendable {
  /// A notification.
  public typealias Element = PostgresNotification
  /// What it can end with.
  public typealias Failure = PostgresError

  let subscription: Subscription

  /// Takes the notifications.
  public func makeAsyncIterator() -> Iterator { Iterator(subscription: subscription) }

  /// Takes notifications as they come.
  public struct Iterator: AsyncIteratorProtocol {
    /// A notification.
    public typealias Element = PostgresNotification
    /// What it can end with.
    public typealias Failure = PostgresError

    let subscription: Subscription

    /// The next notification; nil when the connection was closed or the task is cancelled.
    ///
    /// - Throws: `connectionLost` if the connection broke; `misuse` if it went back to its pool.
    public mutating func next() async throws(PostgresError) -> PostgresNotification? {
      try await subscription.next()
    }
  }
}

/// What keeps channels in force; they are given up with the last reference to it.
final class Subscription: Sendable {
  private let connection: AsyncConnection
  private let numbers: [Int]
  private let mailbox: Mailbox<PostgresNotification>

  init(_ connection: AsyncConnection, to channels: [ChannelName]) {
    let mailbox = Mailbox<PostgresNotification>()
    self.connection = connection
    self.mailbox = mailbox
    numbers = connection.subscriptions.withLock { subscribers in
      channels.map { subscribers.add(mailbox, $0) }
    }
  }

  deinit { connection.unsubscribe(numbers) }

  func next() async throws(PostgresError) -> PostgresNotification? {
    let notification = try await mailbox.next()
    if notification == nil { connection.unsubscribe(numbers) }
    return notification
  }
}
