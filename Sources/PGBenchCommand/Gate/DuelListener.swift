import CPGSystem
import PGDriver
import PGServer
import PGSystem
import PGVerdicts

/// The private socket at which the test programs of a duel call.
final class DuelListener: Sendable {
  private let folder: SocketFolder
  private let listener: Int32
  private let opponents = Lock<[DuelSide: Opponent]>([:])
  /// The callers that have not yet said hello.
  private let strangers = Lock<[ObjectIdentifier: LineChannel]>([:])

  /// How many may call at once before they have said hello: a few, though a program called again and again.
  private static let mostStrangers = 16
  /// The most bytes of a hello.
  private static let longestHello = 1 << 20
  private let isClosed = Lock(false)

  /// Where it is.
  var path: String { folder.socket }
  /// The folder that it is in, which no other user may enter.
  var privateFolder: String { folder.path }

  init() throws {
    folder = try SocketFolder(socketNamed: "duel")
    listener = UnixSocket.listening(at: folder.socket)
    guard listener >= 0 else {
      let reason = String(cString: strerror(errno))
      folder.remove()
      throw GateFailure(.machineRefused, "The duel's socket \(folder.socket) could not be made: \(reason).")
    }
    do {
      try OSThread.start("pgbench-duel") { [self] in accept() }
    } catch {
      UnixSocket.close(listener)
      folder.remove()
      throw error
    }
  }

  /// Says whose call is expected.
  func expect(_ opponent: Opponent) { opponents.withLock { $0[opponent.side] = opponent } }

  /// Takes no more calls, and removes socket and folder.
  func close() {
    guard
      isClosed.withLock({ closed in
        defer { closed = true }; return !closed
      })
    else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    for stranger in strangers.withLock({ $0.values }) { stranger.close() }
    folder.remove()
  }

  private func accept() {
    while true {
      var descriptor = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
      while poll(&descriptor, 1, -1) < 0, errno == EINTR {}
      guard !isClosed.withLock({ $0 }) else { break }
      let socket = pg_system_accept(listener)
      guard socket >= 0 else {
        if errno == EAGAIN || errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      serve(socket)
    }
    UnixSocket.close(listener)
  }

  /// Hands a caller's lines on to the opponent whose token it says.
  private func serve(_ socket: Int32) {
    let channel = LineChannel(socket: socket, longestLine: DuelProtocol.longestLine)
    let name = ObjectIdentifier(channel)
    let isOneTooMany = strangers.withLock { strangers in
      if strangers.count < Self.mostStrangers { strangers[name] = channel }
      return strangers[name] == nil
    }
    guard !isOneTooMany else { return channel.close() }
    let caller = Lock<Opponent?>(nil)
    do throws(SystemError) {
      // The channel's thread keeps the channel alive until its end.
      try channel.start { [self, weak channel] line in
        guard let channel else { return }
        if let known = caller.withLock({ $0 }) { return known.take(line) }
        strangers.withLock { $0[name] = nil }
        guard let opponent = greeted(line, on: channel) else { return channel.close() }
        caller.withLock { $0 = opponent }
      } onTooLong: {
        caller.withLock { $0 }?.distrust(
          DuelViolation("a message has more than \(DuelProtocol.longestLine) bytes, and no end so far"))
      } onEnd: { [self] in
        strangers.withLock { $0[name] = nil }
        caller.withLock { $0 }?.fallSilent()
      }
    } catch {
      strangers.withLock { $0[name] = nil }
      Console.standardError("A test program that called could not be heard: \(error)\n")
    }
  }

  /// Whose hello it is; nil for what is none, or says no token that was given out.
  ///
  /// A program of another version has no token, and is heard only to be told so.
  private func greeted(_ line: [UInt8], on channel: LineChannel) -> Opponent? {
    guard line.count <= Self.longestHello, let message: DuelMessage = try? DuelProtocol.message(from: line),
      case .hello(let hello) = message
    else { return nil }
    let opponent = opponents.withLock { opponents in
      hello.version == DuelProtocol.version
        ? opponents.values.first { $0.token == hello.token } : opponents[hello.side]
    }
    guard let opponent, opponent.connect(channel, hello: hello) else { return nil }
    return opponent
  }
}
