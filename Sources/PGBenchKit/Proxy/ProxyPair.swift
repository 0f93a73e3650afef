import PGSystem

/// A client's connection to the proxy, and the proxy's to the server on its behalf.
///
/// When a side only says its last byte, that is passed on, and the other may go on. When a side is gone,
/// closed or broken, what it had said is delivered, what is for it is dropped, and then both are closed. On
/// Apple's systems, poll(2) doesn't tell the one from the other, and both are taken for the second; libpq and
/// PostgreSQL know only that.
struct ProxyPair {
  private let client: Int32
  private let server: Int32
  private var forth: DelayedFlow
  private var back: DelayedFlow

  init(client: Int32, server: Int32, roundTrip: RoundTrip) {
    self.client = client
    self.server = server
    forth = DelayedFlow(from: client, to: server, delay: roundTrip.forth)
    back = DelayedFlow(from: server, to: client, delay: roundTrip.back)
  }

  /// Whether both sockets are to be closed.
  var isOver: Bool { forth.isOver && back.isOver }

  /// The instant at which something is to be written.
  var nextDue: Int? { [forth.nextDue, back.nextDue].compactMap(\.self).min() }

  /// What poll(2) is to look for.
  var interests: [pollfd] {
    [Self.interest(client, reads: forth, writes: back), Self.interest(server, reads: back, writes: forth)]
  }

  /// A hang-up is reported whether asked for or not, and again and again: once it is known, there may be
  /// nothing to ask.
  private static func interest(_ socket: Int32, reads: DelayedFlow, writes: DelayedFlow) -> pollfd {
    let events = (reads.wantsToRead ? POLLIN : 0) | (writes.isBlocked ? POLLOUT : 0)
    return pollfd(fd: events == 0 && writes.isAbandoned ? -1 : socket, events: Int16(events), revents: 0)
  }

  /// Writes what is due.
  mutating func deliver(at now: Int, client: Int16, server: Int16) {
    forth.deliver(at: now, isWritable: server & Int16(POLLOUT) != 0)
    back.deliver(at: now, isWritable: client & Int16(POLLOUT) != 0)
  }

  /// Reads what is there, and notices who is gone.
  mutating func receive(client: Int16, server: Int16) {
    Self.receive(client, &forth, opposite: &back)
    Self.receive(server, &back, opposite: &forth)
  }

  private static func receive(_ events: Int16, _ flow: inout DelayedFlow, opposite: inout DelayedFlow) {
    guard events & Int16(POLLIN | POLLHUP | POLLERR | POLLNVAL) != 0 else { return }
    let isThere = flow.wantsToRead ? flow.receive() : true
    if !isThere || events & Int16(POLLHUP | POLLERR | POLLNVAL) != 0, !opposite.isAbandoned {
      opposite.abandon()
    }
  }

  /// Closes both sockets.
  func close() {
    UnixSocket.close(client)
    UnixSocket.close(server)
  }
}
