import PGSystem
import Synchronization

/// Those who read a connection's notifications, and what the server is still to be told of them.
struct Subscribers: Sendable {
  private var mailboxes: [String: [Int: Mailbox<PostgresNotification>]] = [:]
  private var channels: [Int: ChannelName] = [:]
  private var next = 0
  /// Channels that no task reads any more, but whose notifications the server goes on sending.
  private var abandoned: Set<ChannelName> = []
  /// Whether a task is on its way that tells the server so.
  private var isUnlistening = false

  var isEmpty: Bool { channels.isEmpty }

  /// Whether the end of a turn has anything to do here.
  var needAttention: Bool { !channels.isEmpty || !abandoned.isEmpty || isUnlistening }

  /// Adds a reader of a channel; returns the number to remove it by.
  mutating func add(_ mailbox: Mailbox<PostgresNotification>, _ channel: ChannelName) -> Int {
    defer { next += 1 }
    channels[next] = channel
    mailboxes[channel.name, default: [:]][next] = mailbox
    abandoned.remove(channel)
    return next
  }

  /// Removes a reader of a channel, which is abandoned if that was its last; does nothing if the
  /// reader is gone.
  mutating func remove(_ number: Int) {
    guard let channel = channels.removeValue(forKey: number) else { return }
    mailboxes[channel.name]?[number] = nil
    guard mailboxes[channel.name]?.isEmpty == true else { return }
    mailboxes[channel.name] = nil
    abandoned.insert(channel)
  }

  /// Removes all and returns them; the server needn't be told of the end of its own connection.
  mutating func removeAll(isClosed: Bool) -> [Mailbox<PostgresNotification>] {
    let all = mailboxes.values.flatMap(\.values)
    if isClosed { abandoned = [] } else { abandoned.formUnion(channels.values) }
    (mailboxes, channels) = ([:], [:])
    return all
  }

  func deliver(_ notification: PostgresNotification) {
    guard let readers = mailboxes[notification.channel] else { return }
    for reader in readers.values { reader.put(notification) }
  }

  /// Takes a channel that the server is to be told of.
  mutating func takeAbandoned() -> ChannelName? { abandoned.popFirst() }

  /// Whether a task is to be started that tells the server.
  mutating func beginUnlistening() -> Bool {
    guard !isUnlistening, !abandoned.isEmpty else { return false }
    isUnlistening = true
    return true
  }

  mutating func endUnlistening() { isUnlistening = false }
}

/// A connection's subscribers, and a sign of them that costs a turn without any next to nothing.
final class Subscriptions: Sendable {
  private let all = Lock(Subscribers())
  private let sign = Atomic(false)

  /// Whether the end of a turn has anything to do here.
  var needAttention: Bool { sign.load(ordering: .acquiring) }

  func withLock<Answer>(_ body: (inout Subscribers) -> Answer) -> Answer {
    all.withLock { subscribers in
      defer { sign.store(subscribers.needAttention, ordering: .releasing) }
      return body(&subscribers)
    }
  }
}
