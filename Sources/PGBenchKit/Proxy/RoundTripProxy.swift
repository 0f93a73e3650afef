import PGBenchHost
import PGDriver
import PGServer
import PGSystem

/// A way to a PostgreSQL server that is as long as that to a far one.
///
/// It listens on a Unix socket, connects each client to the server, and delays every byte by half of the
/// round trip in each direction. The bandwidth is not limited, and a connection is made at once: it is the
/// messages that travel.
///
/// A byte is never early. On Linux, on a virtual machine with two busy CPUs, half of them were written within
/// 35 µs of their instant and 99 % within 75 µs; with the wake-ups when they arrive, which come before, 1 ms
/// was 1.12 ms in the median. To spin would be more precise, but at the cost of a CPU that unbound clients
/// and backends need.
final class RoundTripProxy: Sendable {
  private let folder: SocketFolder
  private let port: Int
  /// The thread ends when this end of a pipe is closed.
  private let stop: OwnedDescriptor
  private let isOver = Condition(false)
  private let exitAction: Int

  /// Starts the proxy's thread.
  ///
  /// It isn't placed with the measured threads and backends, and keeps the usual policy: on their CPU it
  /// would wait for them, and they for it, where a far server's network takes no CPU of either.
  ///
  /// - Throws: `BenchmarkError` if the server isn't on a single Unix socket, or if the system refuses
  ///   something.
  init(to configuration: PostgresConfiguration, roundTrip: RoundTrip) throws(BenchmarkError) {
    try roundTrip.validate()
    let server = try ServerSocket(of: configuration)
    let folder: SocketFolder
    do throws(SystemError) {
      folder = try SocketFolder(socketNamed: ServerSocket.name(port: server.port))
    } catch {
      throw BenchmarkError(error.description)
    }
    var ends: [CInt] = [-1, -1]
    let listener = UnixSocket.listening(at: folder.socket)
    guard listener >= 0, UnixSocket.makePipe(&ends) == 0 else {
      let reason = String(cString: strerror(errno))
      if listener >= 0 { UnixSocket.close(listener) }
      folder.remove()
      throw BenchmarkError("The proxy's socket \(folder.socket) could not be made: \(reason).")
    }
    let stop = OwnedDescriptor(ends[1])
    do {
      try OSThread.start("pgbench-proxy") { [ends, isOver] in
        var loop = ProxyLoop(listener: listener, stop: ends[0], server: server.path, roundTrip: roundTrip)
        loop.run()
        isOver.change(wakingAll: true) { $0 = true }
      }
    } catch {
      UnixSocket.close(listener)
      UnixSocket.close(ends[0])
      folder.remove()
      throw BenchmarkError("\(error)")
    }
    self.folder = folder
    self.stop = stop
    port = server.port
    // The thread goes with the process anyway.
    exitAction = ExitCleanup.register { folder.remove() }
  }

  /// The same configuration by way of the proxy.
  func configuration(for database: PostgresConfiguration) -> PostgresConfiguration {
    var copy = database
    copy.parameters["host"] = folder.path
    copy.parameters["port"] = "\(port)"
    return copy
  }

  /// Closes every connection, and returns when the thread is over and the folder gone; a second call does
  /// nothing.
  ///
  /// It blocks for as long as the thread takes to close its sockets, since that waits for nothing else.
  func close() {
    stop.close()
    isOver.wait { $0 ? () : nil }
    folder.remove()
    ExitCleanup.withdraw(exitAction)
  }
}
