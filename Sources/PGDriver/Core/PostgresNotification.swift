/// A message that some session sent by NOTIFY on a channel that this one listens on.
///
/// PostgreSQL manual, "NOTIFY" and "LISTEN"; libpq manual, section 34.9, "Asynchronous Notification".
public struct PostgresNotification: Sendable, Hashable {
  /// The channel.
  public let channel: String
  /// What the sender said; empty if it said nothing.
  public let payload: String
  /// The server's process for the sending session.
  public let processID: Int32
}
