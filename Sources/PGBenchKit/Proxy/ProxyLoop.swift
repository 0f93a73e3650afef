import CPGSystem
import PGSystem

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
