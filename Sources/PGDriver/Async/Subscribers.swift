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

/// What was sent and is still to be read, by a task that may have to wait for it.
///
/// Readers that share it wait in order, and each element goes to one of them. It has no bound.
final class Mailbox<Element: Sendable>: Sendable {
  private enum End {
    case normal
    case failure(PostgresError)
  }

  private enum Taken {
    case element(Element)
    case end(End)
    case nothingYet
  }

  private struct State {
    var elements = Queue<Element>()
    var readers = Queue<UnsafeContinuation<Void, Never>>()
    var end: End?

    mutating func take() -> Taken {
      if let element = elements.takeFirst() { return .element(element) }
      return end.map { .end($0) } ?? .nothingYet
    }
  }

  private let state = Lock(State())

  /// Adds an element; after the end it is dropped.
  func put(_ element: Element) {
    let reader = state.withLock { state -> UnsafeContinuation<Void, Never>? in
      guard state.end == nil else { return nil }
      state.elements.append(element)
      return state.readers.takeFirst()
    }
    reader?.resume()
  }

  /// Ends it, after what is there already; a second end does nothing.
  ///
  /// - Parameter failure: What readers are to throw; nil for a normal end.
  func end(_ failure: PostgresError? = nil) {
    finish(failure.map { .failure($0) } ?? .normal)
  }

  private func finish(_ end: End, droppingElements: Bool = false) {
    var readers = state.withLock { state in
      if state.end == nil { state.end = end }
      if droppingElements { state.elements = Queue() }
      defer { state.readers = Queue() }
      return state.readers
    }
    while let reader = readers.takeFirst() { reader.resume() }
  }

  /// The next element; nil after a normal end, as is the cancellation of a task that reads.
  func next() async throws(PostgresError) -> Element? {
    while true {
      if Task.isCancelled { finish(.normal, droppingElements: true) }
      switch state.withLock({ $0.take() }) {
      case .element(let element): return element
      case .end(.normal): return nil
      case .end(.failure(let error)): throw error
      case .nothingYet: await waitForMore()
      }
    }
  }

  /// What came isn't handed over by the continuation, since the thread sanitizer doesn't see that.
  private func waitForMore() async {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { reader in
        let mustWait = state.withLock { state in
          guard state.elements.isEmpty, state.end == nil else { return false }
          state.readers.append(reader)
          return true
        }
        if !mustWait { reader.resume() }
      }
    } onCancel: {
      finish(.normal, droppingElements: true)
    }
  }
}
