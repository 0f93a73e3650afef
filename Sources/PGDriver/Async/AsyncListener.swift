import PGSystem

/// Listens on channels over a connection of its own, which it opens anew whenever it is lost.
///
///     let listener = try await AsyncListener.connect(to: server, channels: ["orders"])
///     for try await event in listener {
///       switch event {
///       case .notification(let notification): handle(notification.payload)
///       case .reconnected: lookForWhatWasMissed()
///       }
///     }
///
/// It ends normally by `close`, or when a task that reads it is cancelled. It throws when the server refuses
/// a new connection for a reason that no further attempt can mend, such as a wrong password or a database
/// that is gone. Attempts that fail otherwise are repeated without end, with growing pauses. Once nothing
/// refers to it and its iterators any longer, it is closed.
///
/// Read it all the time: events that aren't taken are kept in memory, however many they are. The server keeps
/// what this side doesn't receive for all its listeners in one queue, whose end makes NOTIFY fail (PostgreSQL
/// manual, "NOTIFY"); so all is received, read or not.
public final class AsyncListener: AsyncSequence, Sendable {
  /// What a listener has to tell.
  public enum Event: Sendable, Hashable {
    /// A notification came.
    case notification(PostgresNotification)
    /// The connection was lost, and is there again: what was notified in between never comes.
    case reconnected
  }

  /// An event.
  public typealias Element = Event
  /// What it can end with.
  public typealias Failure = PostgresError

  private let events: Mailbox<Event>
  private let task: Task<Void, Never>

  /// Connects, and returns once the server has taken notice of all channels.
  ///
  /// - Parameter configuration: Where to connect to. Unless it says otherwise, an attempt to connect takes at
  ///   most 10 seconds, and a server that can no longer be reached by TCP is given up after a minute:
  ///   `keepalives_idle` and its like.
  /// - Parameter channels: The channels to listen on, at least one.
  /// - Parameter loop: The loop to live on; by default the common one.
  /// - Parameter reconnectDelay: The shortest and the longest pause before an attempt to connect anew; it
  ///   doubles in between, and up to half of it is left out at random.
  /// - Parameter onNotice: Called with each notice or warning that the server sends.
  /// - Throws: the reason for which the first attempt to connect fails, whatever it is; `encoding` for a
  ///   channel's name that is empty, holds U+0000, or has more than 63 bytes; `invalidConfiguration` for no
  ///   channels, or a pause of nothing.
  public static func connect(
    to configuration: PostgresConfiguration, channels: Set<String>, on loop: EventLoop? = nil,
    reconnectDelay: ClosedRange<Duration> = .milliseconds(50)...(.seconds(5)),
    onNotice: (@Sendable (ServerFields) -> Void)? = nil
  ) async throws(PostgresError) -> AsyncListener {
    var names: [ChannelName] = []
    for channel in channels.sorted() { names.append(try ChannelName(channel)) }
    guard !names.isEmpty else {
      throw PostgresError(.invalidConfiguration, "The listener has no channels. Give it at least one.")
    }
    guard reconnectDelay.lowerBound > .zero else {
      throw PostgresError(
        .invalidConfiguration,
        "reconnectDelay begins at \(reconnectDelay.lowerBound); choose a pause above zero.")
    }
    let server = ListenerServer(configuration.forListener, names, loop, onNotice)
    return AsyncListener(try await server.connect(), of: server, ReconnectDelay(reconnectDelay))
  }

  private init(_ session: ListenerServer.Session, of server: ListenerServer, _ delay: ReconnectDelay) {
    let events = Mailbox<Event>()
    self.events = events
    // It doesn't refer to the listener, whose end is its own.
    task = Task.detached { await server.serve(session, to: events, delay) }
  }

  deinit { task.cancel() }

  /// Closes the connection for good; a second call does nothing.
  ///
  /// Readers end once they have taken the events that came before.
  public func close() async {
    events.end()
    task.cancel()
    await task.value
  }

  /// Takes the events; several tasks that do share them, each event goes to one.
  public func makeAsyncIterator() -> Iterator { Iterator(listener: self) }

  /// Takes events as they come.
  public struct Iterator: AsyncIteratorProtocol {
    /// An event.
    public typealias Element = Event
    /// What it can end with.
    public typealias Failure = PostgresError

    fileprivate let listener: AsyncListener

    /// The next event; nil when the listener was closed or the task is cancelled.
    ///
    /// - Throws: the reason for which the server lets the listener in no more.
    public mutating func next() async throws(PostgresError) -> Event? {
      let event = try await listener.events.next()
      if event == nil { listener.task.cancel() }
      return event
    }
  }
}

/// Where a listener's connections go, and what they listen on.
struct ListenerServer: Sendable {
  struct Session: Sendable {
    let connection: AsyncConnection
    let subscription: Subscription
    let start = MonotonicInstant.now
  }

  private let configuration: PostgresConfiguration
  private let channels: [ChannelName]
  private let loop: EventLoop?
  private let onNotice: (@Sendable (ServerFields) -> Void)?

  init(
    _ configuration: PostgresConfiguration, _ channels: [ChannelName], _ loop: EventLoop?,
    _ onNotice: (@Sendable (ServerFields) -> Void)?
  ) {
    self.configuration = configuration
    self.channels = channels
    self.loop = loop
    self.onNotice = onNotice
  }

  func connect() async throws(PostgresError) -> Session {
    let connection = try await AsyncConnection.connect(to: configuration, on: loop, onNotice: onNotice)
    do throws(PostgresError) {
      return Session(connection: connection, subscription: try await connection.subscribe(to: channels))
    } catch {
      await connection.close()
      throw error
    }
  }

  /// Passes on what comes, over one connection after the other, until the task is cancelled or the server
  /// refuses.
  func serve(_ first: Session, to events: Mailbox<AsyncListener.Event>, _ delay: ReconnectDelay) async {
    var session = first
    var delay = delay
    while await isLost(session, passingOnTo: events) {
      // One that the server ends again and again mustn't be opened without a pause.
      if session.start + delay.bounds.upperBound < .now { delay.reset() }
      do throws(PostgresError) {
        guard let next = try await reconnect(&delay) else { break }
        session = next
        events.put(.reconnected)
      } catch {
        return events.end(error)
      }
    }
    await session.connection.close()
    events.end()
  }

  /// Passes on what comes; returns whether that ended by the connection's loss.
  private func isLost(_ session: Session, passingOnTo events: Mailbox<AsyncListener.Event>) async -> Bool {
    do throws(PostgresError) {
      while let notification = try await session.subscription.next() {
        events.put(.notification(notification))
      }
      return false
    } catch {
      return true
    }
  }

  /// Connects as soon as it can be; nil if the task is cancelled.
  private func reconnect(_ delay: inout ReconnectDelay) async throws(PostgresError) -> Session? {
    var random = SystemRandomNumberGenerator()
    while !Task.isCancelled {
      // A cancelled sleep ends at once, and so does the loop.
      try? await Task.sleep(for: delay.next(using: &random))
      do throws(PostgresError) {
        return try await connect()
      } catch {
        guard error.isTransientConnectFailure, error.code != .cancelled else {
          if Task.isCancelled { return nil }
          throw error
        }
      }
    }
    return nil
  }
}

extension PostgresConfiguration {
  /// With limits on connecting and on silence, for a listener waits for a server that may be gone without a
  /// word.
  fileprivate var forListener: PostgresConfiguration {
    var copy = forPool
    for (name, value) in [
      ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
    ]
    where copy.parameters[name] == nil {
      copy.parameters[name] = value
    }
    return copy
  }
}

/// How long to wait before the next attempt to connect: longer after each failure, up to a bound, and at
/// random.
///
/// Half of the pause is drawn, so that those that lost one server don't come back to it in step: "equal
/// jitter" of Brooker, "Exponential Backoff And Jitter" (AWS Architecture Blog, 2015).
struct ReconnectDelay: Sendable {
  let bounds: ClosedRange<Duration>
  private var failures = 0

  init(_ bounds: ClosedRange<Duration>) { self.bounds = bounds }

  /// Begins anew, for a connection has lasted.
  mutating func reset() { failures = 0 }

  /// The next pause.
  mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
    let pause = min(bounds.lowerBound * (1 << min(failures, 30)), bounds.upperBound)
    failures += 1
    return pause * Double.random(in: 0.5...1, using: &random)
  }
}
