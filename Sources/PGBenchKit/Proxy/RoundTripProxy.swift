import CPGSystem
import PGBenchHost
import PGDriver
import PGMeasuring
import PGServer
import PGSystem

/// The time that a message and its answer spend on the way to a far server and back.
struct RoundTrip: Sendable, Hashable, CustomStringConvertible {
  let duration: Duration

  /// Beyond this, libpq's own time-outs decide, not the distance.
  static let longest: Duration = .seconds(10)

  /// Refuses what is no distance.
  func validate() throws(BenchmarkError) {
    guard duration > .zero, duration <= Self.longest else {
      throw BenchmarkError(
        "A round trip of \(duration) can't be added: it must be more than 0 and at most \(Self.longest), "
          + "such as .roundTrip(.milliseconds(1)).")
    }
  }

  /// Nanoseconds from the client to the server.
  var forth: Int { duration.wholeNanoseconds / 2 }
  /// Nanoseconds from the server to the client.
  var back: Int { duration.wholeNanoseconds - forth }

  /// Such as `round trip of 1.00 ms added`.
  var description: String { "round trip of \(Format.duration(duration)) added" }
}

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

/// What the proxy's thread does: it waits for its sockets, and for the instants at which bytes are due.
struct ProxyLoop {
  private let listener: Int32
  /// Becomes readable when it is to stop.
  private let stop: Int32
  private let server: String
  private let roundTrip: RoundTrip
  private var pairs: [ProxyPair] = []
  private var descriptors: [pollfd] = []
  /// While the process is out of descriptors, a listening socket would be reported for ever.
  private var acceptsAgain: Int?

  /// Takes over both descriptors.
  init(listener: Int32, stop: Int32, server: String, roundTrip: RoundTrip) {
    self.listener = listener
    self.stop = stop
    self.server = server
    self.roundTrip = roundTrip
  }

  /// Runs until it is to stop, and closes everything.
  mutating func run() {
    pg_system_wake_precisely()
    while true {
      collect()
      let count = pg_system_poll(&descriptors, Int32(descriptors.count), patience())
      // A signal came.
      guard count >= 0 else { continue }
      if descriptors[0].revents != 0 { break }
      let now = MonotonicClock.now()
      for index in pairs.indices {
        let (client, server) = events(of: index)
        pairs[index].deliver(at: now, client: client, server: server)
      }
      for index in pairs.indices {
        let (client, server) = events(of: index)
        pairs[index].receive(client: client, server: server)
      }
      if descriptors[1].revents != 0 { accept() }
      for pair in pairs where pair.isOver { pair.close() }
      pairs.removeAll(where: \.isOver)
    }
    for pair in pairs { pair.close() }
    UnixSocket.close(listener)
    UnixSocket.close(stop)
  }

  /// The stopping end, the listening socket, and two sockets of each pair.
  private mutating func collect() {
    if let instant = acceptsAgain, instant <= MonotonicClock.now() { acceptsAgain = nil }
    descriptors.removeAll(keepingCapacity: true)
    descriptors.append(pollfd(fd: stop, events: Int16(POLLIN), revents: 0))
    descriptors.append(pollfd(fd: acceptsAgain == nil ? listener : -1, events: Int16(POLLIN), revents: 0))
    for pair in pairs { descriptors.append(contentsOf: pair.interests) }
  }

  private func events(of index: Int) -> (client: Int16, server: Int16) {
    (descriptors[2 + 2 * index].revents, descriptors[3 + 2 * index].revents)
  }

  /// Nanoseconds until something is due; -1 if nothing is.
  private func patience() -> Int64 {
    let instants = pairs.compactMap(\.nextDue) + [acceptsAgain].compactMap(\.self)
    guard let next = instants.min() else { return -1 }
    return Int64(max(0, next - MonotonicClock.now()))
  }

  /// Takes the clients that wait, and connects each to the server; where that fails, the client finds itself
  /// hung up on.
  private mutating func accept() {
    while true {
      let client = pg_system_accept(listener)
      guard client >= 0 else {
        let isUsual = [EAGAIN, EINTR, ECONNABORTED].contains(errno)
        if !isUsual { acceptsAgain = MonotonicClock.now() + 10_000_000 }
        return
      }
      let upstream = UnixSocket.connected(to: server)
      if upstream >= 0 {
        pairs.append(ProxyPair(client: client, server: upstream, roundTrip: roundTrip))
      } else {
        UnixSocket.close(client)
      }
    }
  }
}

/// The Unix socket by which a configuration reaches its server.
struct ServerSocket: Sendable, Hashable {
  let folder: String
  /// A part of the socket's name.
  let port: Int

  /// Where the socket lies.
  var path: String { "\(folder)/\(Self.name(port: port))" }

  /// The name that PostgreSQL gives its sockets (src/include/libpq/pqcomm.h).
  static func name(port: Int) -> String { ".s.PGSQL.\(port)" }

  /// Reads a configuration.
  ///
  /// - Throws: `BenchmarkError` if it names several servers, or one that is reached otherwise.
  init(of configuration: PostgresConfiguration) throws(BenchmarkError) {
    let parameters = configuration.parameters
    let port = parameters["port"] == nil ? ClusterRecipe.port : configuration.port
    guard let folder = configuration.host, folder.utf8.first == UInt8(ascii: "/"),
      !folder.utf8.contains(UInt8(ascii: ",")), let port,
      parameters["hostaddr"] == nil
    else {
      throw BenchmarkError(
        "A round trip can only be added to a single server on a Unix socket, whose host is a folder; this "
          + "one is \(configuration). Leave .roundTrip out, or unset \(ExternalServer.variable) to have the "
          + "kit start a server of its own.")
    }
    self.folder = folder
    self.port = port
  }
}
