import CPGPlatform
import PGBenchCore
import PGBenchHost
import PGDriver

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The private socket at which the test programs of a duel call.
final class DuelListener: Sendable {
  private let folder: SocketFolder
  private let listener: Int32
  private let opponents = Lock<[DuelSide: Opponent]>([:])
  private let isClosed = Lock(false)

  /// Where it is.
  var path: String { folder.socket }
  /// The folder that it is in, which nobody else may enter.
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
    folder.remove()
  }

  private func accept() {
    while true {
      var descriptor = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
      while poll(&descriptor, 1, -1) < 0, errno == EINTR {}
      guard !isClosed.withLock({ $0 }) else { break }
      let socket = pg_platform_accept(listener)
      guard socket >= 0 else {
        if errno == EAGAIN || errno == EINTR || errno == ECONNABORTED { continue }
        break
      }
      serve(socket)
    }
    UnixSocket.close(listener)
  }

  /// Hands a caller's messages on to the side that it says it is.
  private func serve(_ socket: Int32) {
    let channel = LineChannel(socket: socket)
    let caller = Lock<Opponent?>(nil)
    do throws(BenchmarkError) {
      try channel.start { [self] line in
        guard let message: DuelMessage = try? DuelProtocol.message(from: line) else { return }
        guard case .hello(let hello) = message else {
          caller.withLock { $0 }?.take(message)
          return
        }
        let opponent = opponents.withLock { $0[hello.side] }
        caller.withLock { $0 = opponent }
        opponent?.connect(channel, hello: hello)
      }
    } catch {
      Console.standardError("A test program that called could not be heard: \(error)\n")
    }
  }
}
