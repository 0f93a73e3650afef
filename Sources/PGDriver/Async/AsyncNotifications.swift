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
