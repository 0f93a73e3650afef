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

/// A channel's name that the server takes as it is.
///
/// The server cuts off what is longer than an identifier may be, and listens on the rest: nothing that is
/// sent on the channel of the whole name would ever come. PostgreSQL manual, section 4.1.1, "Identifiers and
/// Key Words", and "NOTIFY".
struct ChannelName: Hashable, Sendable {
  /// NAMEDATALEN - 1 of a server that isn't built with another.
  static let maximumBytes = 63

  let name: String
  private let quoted: String

  /// - Throws: `encoding` for a name that no channel has.
  init(_ name: String) throws(PostgresError) {
    let bytes = name.utf8
    if bytes.isEmpty {
      throw PostgresError(.encoding, "A channel's name can't be empty. Give it one of 1 to 63 bytes.")
    }
    if bytes.contains(0) {
      throw PostgresError(
        .encoding, "A channel's name can't hold the character U+0000. Take it out.")
    }
    if bytes.count > Self.maximumBytes {
      throw PostgresError(
        .encoding,
        "The channel's name \"\(name)\" has \(bytes.count) bytes in UTF-8; the server cuts names off after "
          + "\(Self.maximumBytes). Shorten it, here and where it is notified.")
    }
    self.name = name
    quoted = try PostgresQuery.quoted(identifier: name)
  }

  /// The statement that begins to listen.
  var listen: String { "LISTEN \(quoted)" }

  /// The statement that ends it.
  var unlisten: String { "UNLISTEN \(quoted)" }
}
