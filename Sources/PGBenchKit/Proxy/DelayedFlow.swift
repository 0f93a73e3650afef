import PGSystem

/// One direction of a connection: reads from a socket, and writes what is due to another.
struct DelayedFlow {
  private let source: Int32
  private let destination: Int32
  private var line: DelayLine
  /// Whether the destination takes no more for now, though more is due.
  private(set) var isBlocked = false
  /// Whether nothing is left that reads at the destination.
  private(set) var isAbandoned = false
  private var isShut = false

  /// How much is read at once, and how often before others have their turn.
  private static let piece = (bytes: 1 << 16, times: 16)

  init(from source: Int32, to destination: Int32, delay: Int) {
    self.source = source
    self.destination = destination
    line = DelayLine(delay: delay)
  }

  /// Whether there is nothing to do any more.
  var isOver: Bool { isShut || isAbandoned }

  /// Whether there may be more to read, and room for it.
  var wantsToRead: Bool { !line.isEnded && !line.isFull }

  /// The instant at which something is to be written; nil while there is nothing, or the destination is not
  /// ready.
  var nextDue: Int? { isBlocked || isOver ? nil : line.nextDue }

  /// The destination is gone: what comes yet is read, so that its sender doesn't wait for ever, and dropped.
  mutating func abandon() {
    isAbandoned = true
    isBlocked = false
    line.removeAll()
  }

  /// Writes what is due; after the last byte, passes on that it was the last.
  mutating func deliver(at now: Int, isWritable: Bool) {
    guard !isOver, isWritable || !isBlocked else { return }
    let destination = destination
    var hasFailed = false
    let isDone = line.deliver(at: now) { bytes in
      let sent = UnixSocket.send(bytes, to: destination)
      if sent < 0, errno != EAGAIN, errno != EINTR { hasFailed = true }
      return max(sent, 0)
    }
    isBlocked = !isDone
    if hasFailed {
      abandon()
    } else if line.endIsDue(at: now) {
      isShut = true
      shutdown(destination, Int32(SHUT_WR))
    }
  }

  /// Reads what is there.
  ///
  /// - Returns: False if the source is gone: a failure is an end after which nothing reads there either.
  mutating func receive() -> Bool {
    withUnsafeTemporaryAllocation(byteCount: Self.piece.bytes, alignment: 1) { buffer in
      for _ in 0..<Self.piece.times where wantsToRead {
        let count = read(source, buffer.baseAddress, buffer.count)
        // Later than the arrival by the thread's wake-up, so that no byte ever comes too early.
        let now = MonotonicClock.now()
        if count > 0 {
          if !isAbandoned { line.push(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: now) }
          if count < buffer.count { return true }
        } else if count < 0, errno == EAGAIN || errno == EINTR {
          return true
        } else {
          line.end(at: now)
          return count == 0
        }
      }
      return true
    }
  }
}

/// Bytes on their way: each piece comes out a fixed time after it went in, in the same order, and so does the
/// end.
///
/// As on a long cable, any number of pieces is on the way at once; a pause for each would limit the
/// bandwidth. Instants are nanoseconds of any clock that is never set back.
struct DelayLine {
  private struct Piece {
    var bytes: [UInt8]
    let due: Int
  }

  /// Nanoseconds on the way.
  let delay: Int
  /// How much may be on the way before nothing more should be put in, in bytes.
  let capacity: Int
  /// How many bytes are on the way.
  private(set) var count = 0

  /// Those before `next` are out.
  private var pieces: [Piece] = []
  private var next = 0
  /// How many bytes of the next piece are out.
  private var taken = 0
  private var endDue: Int?

  /// What a piece costs beyond its bytes, about: many small ones must not outgrow the capacity either.
  static let pieceOverhead = 64

  init(delay: Int, capacity: Int = 64 << 20) {
    self.delay = delay
    self.capacity = capacity
  }

  /// Whether as much is on the way as may be.
  var isFull: Bool { count + (pieces.count - next) * Self.pieceOverhead >= capacity }

  /// Whether the end was put in; nothing comes after it.
  var isEnded: Bool { endDue != nil }

  /// The instant at which the next piece, or the end, is due; nil if nothing is on the way.
  var nextDue: Int? { next < pieces.count ? pieces[next].due : endDue }

  /// Puts a piece in.
  mutating func push(_ bytes: some Collection<UInt8>, at now: Int) {
    guard !bytes.isEmpty, !isEnded else { return }
    pieces.append(Piece(bytes: Array(bytes), due: now + delay))
    count += bytes.count
  }

  /// Puts the end in.
  mutating func end(at now: Int) {
    endDue = endDue ?? now + delay
  }

  /// Hands out what is due.
  ///
  /// - Parameter sink: Given bytes, returns how many of them it took.
  /// - Returns: Whether everything that is due was taken.
  mutating func deliver(at now: Int, to sink: (UnsafeRawBufferPointer) -> Int) -> Bool {
    while next < pieces.count, pieces[next].due <= now {
      let left = pieces[next].bytes.count - taken
      let accepted = pieces[next].bytes.withUnsafeBytes {
        sink(UnsafeRawBufferPointer(rebasing: $0[taken...]))
      }
      count -= accepted
      guard accepted == left else {
        taken += accepted
        return false
      }
      dropFirst()
    }
    return true
  }

  /// Whether everything is out and the end is due.
  func endIsDue(at now: Int) -> Bool {
    guard next == pieces.count, let endDue else { return false }
    return endDue <= now
  }

  /// Drops what is on the way, but not the end.
  mutating func removeAll() {
    pieces = []
    (next, taken, count) = (0, 0, 0)
  }

  private mutating func dropFirst() {
    taken = 0
    pieces[next].bytes = []
    next += 1
    if next == pieces.count {
      pieces.removeAll(keepingCapacity: pieces.capacity <= 1024)
      next = 0
    } else if next >= 1024, next * 2 >= pieces.count {
      pieces.removeFirst(next)
      next = 0
    }
  }
}

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
