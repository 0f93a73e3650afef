import CPGSystem
import PGDriver
import PGServer
import PGSystem
import PGVerdicts

/// The private socket at which the workers call.
final class WorkerListener: Sendable {
  private let folder: SocketFolder
  private let listener: Int32
  private let workers = Lock<[CommitSide: WorkerProcess]>([:])
  /// The callers that have not yet said hello.
  private let unidentified = Lock<[ObjectIdentifier: LineChannel]>([:])

  /// How many may call at once before they have said hello: a few, though a program called again and again.
  private static let mostUnidentified = 16
  /// The most bytes of a hello.
  private static let longestHello = 1 << 20
  private let isClosed = Lock(false)

  /// Where it is.
  var path: String { folder.socket }
  /// The folder that it is in, which no other user may enter.
  var privateFolder: String { folder.path }

  init() throws {
    folder = try SocketFolder(socketNamed: "workers")
    listener = UnixSocket.listening(at: folder.socket)
    guard listener >= 0 else {
      let reason = String(cString: strerror(errno))
      folder.remove()
      throw GateFailure(.machineRefused, "The workers' socket \(folder.socket) could not be made: \(reason).")
    }
    do {
      try OSThread.start("pgbench-workers") { [self] in accept() }
    } catch {
      UnixSocket.close(listener)
      folder.remove()
      throw error
    }
  }

  /// Says whose call is expected.
  func expect(_ worker: WorkerProcess) { workers.withLock { $0[worker.side] = worker } }

  /// Takes no more calls, and removes socket and folder.
  func close() {
    guard
      isClosed.withLock({ closed in
        defer { closed = true }; return !closed
      })
    else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    for channel in unidentified.withLock({ Array($0.values) }) { channel.close() }
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

  /// Hands a caller's lines on to the worker whose token it says.
  private func serve(_ socket: Int32) {
    let channel = LineChannel(socket: socket, longestLine: WorkerProtocol.longestLine)
    let name = ObjectIdentifier(channel)
    let isOneTooMany = unidentified.withLock { unidentified in
      if unidentified.count < Self.mostUnidentified { unidentified[name] = channel }
      return unidentified[name] == nil
    }
    guard !isOneTooMany else { return channel.close() }
    let caller = Lock<WorkerProcess?>(nil)
    do throws(SystemError) {
      // The channel's thread keeps the channel alive until its end.
      try channel.start { [self, weak channel] line in
        guard let channel else { return }
        if let known = caller.withLock({ $0 }) { return known.take(line) }
        unidentified.withLock { $0[name] = nil }
        guard let worker = greeted(line, on: channel) else { return channel.close() }
        caller.withLock { $0 = worker }
      } onTooLong: {
        caller.withLock { $0 }?.reject(
          ProtocolViolation("a message has more than \(WorkerProtocol.longestLine) bytes, and no end so far"))
      } onEnd: { [self] in
        unidentified.withLock { $0[name] = nil }
        caller.withLock { $0 }?.noteDisconnected()
      }
    } catch {
      unidentified.withLock { $0[name] = nil }
      Console.standardError("A test program that called could not be heard: \(error)\n")
    }
  }

  /// Whose hello it is; nil for what is none, or says no token that was given out.
  ///
  /// A program of another version has no token, and is heard only to be told so.
  private func greeted(_ line: [UInt8], on channel: LineChannel) -> WorkerProcess? {
    guard line.count <= Self.longestHello,
      let message: WorkerMessage = try? WorkerProtocol.message(from: line),
      case .hello(let hello) = message
    else { return nil }
    let worker = workers.withLock { workers in
      hello.version == WorkerProtocol.version
        ? workers.values.first { $0.token == hello.token } : workers[hello.side]
    }
    guard let worker, worker.connect(channel, hello: hello) else { return nil }
    return worker
  }
}
