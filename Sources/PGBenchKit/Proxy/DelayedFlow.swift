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
