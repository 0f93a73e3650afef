/// One end of a stream socket on which lines go to and fro, whole.
///
/// A thread of its own waits for the other end's lines, so that nothing of Swift's concurrency is ever
/// blocked.
package final class LineChannel: Sendable {
  private let socket: Int32
  private let longestLine: Int
  private let sending = Lock(false)

  /// Takes over a connected socket.
  ///
  /// - Parameter longestLine: The most bytes of a line that comes, its end not counted.
  package init(socket: Int32, longestLine: Int) {
    self.socket = socket
    self.longestLine = longestLine
  }

  /// Starts the thread, which tells of each line that comes, then once of the end.
  ///
  /// A line that is longer than `longestLine` ends the channel, whether or not its end would have come: no
  /// more than that is kept of it.
  ///
  /// - Parameter onTooLong: Told before the end of such a line.
  /// - Throws: `SystemError` if no thread can be started.
  package func start(
    onLine: @escaping @Sendable ([UInt8]) -> Void, onTooLong: @escaping @Sendable () -> Void = {},
    onEnd: @escaping @Sendable () -> Void = {}
  ) throws(SystemError) {
    // Keeps this end alive until the socket's end, so that the descriptor isn't given to
    // something else meanwhile.
    try OSThread.start("pgbench-lines") { [self] in
      if !read(onLine) {
        onTooLong()
        close()
      }
      onEnd()
    }
  }

  deinit { UnixSocket.close(socket) }

  /// Sends a line, its end included; one that the other end no longer reads is lost, and `onEnd` tells of it.
  ///
  /// The lines are short, and the other end reads whatever comes: the wait for room in the socket's buffer is
  /// no longer than it takes the other to be scheduled.
  package func send(_ line: [UInt8]) {
    sending.withLock { _ in
      line.withUnsafeBytes { bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
          let count = UnixSocket.send(UnsafeRawBufferPointer(rebasing: rest), to: socket)
          if count > 0 {
            rest = rest.dropFirst(count)
          } else if errno == EAGAIN || errno == EWOULDBLOCK {
            guard Self.wait(socket, for: Int16(POLLOUT)) else { return }
          } else if errno != EINTR {
            return
          }
        }
      }
    }
  }

  /// Ends both directions: the thread sees the end, and so does the other side.
  package func close() { shutdown(socket, Int32(SHUT_RDWR)) }

  /// Reads to the end; false if a line was too long.
  private func read(_ onLine: ([UInt8]) -> Void) -> Bool {
    var line: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(socket, &buffer, buffer.count, 0)
      if count == 0 { return true }
      guard count > 0 else {
        switch errno {
        case EINTR: continue
        case EAGAIN, EWOULDBLOCK:
          guard Self.wait(socket, for: Int16(POLLIN)) else { return true }
          continue
        default: return true
        }
      }
      var rest = buffer[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        guard line.count + (end - rest.startIndex) <= longestLine else { return false }
        onLine(line + rest[..<end])
        line.removeAll(keepingCapacity: true)
        rest = rest[(end + 1)...]
      }
      guard line.count + rest.count <= longestLine else { return false }
      line += rest
    }
  }

  /// Waits until the socket is ready; false if it never will be.
  private static func wait(_ socket: Int32, for events: Int16) -> Bool {
    var descriptor = pollfd(fd: socket, events: events, revents: 0)
    while poll(&descriptor, 1, -1) < 0 { guard errno == EINTR else { return false } }
    return descriptor.revents & Int16(POLLNVAL) == 0
  }
}
