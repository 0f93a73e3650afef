/// Stream sockets of the Unix domain that neither block nor outlive an exec(2).
///
/// The descriptors are plain numbers, for their owner is one thread; -1 is a failure that errno explains.
package enum UnixSocket {
  /// A socket that listens at a path.
  package static func listening(at path: String) -> Int32 {
    made { socket in
      let bound = withAddress(path) { bind(socket, $0, $1) }
      return bound == 0 ? listen(socket, SOMAXCONN) : bound
    }
  }

  /// A socket that is connected to the one at a path.
  ///
  /// A server whose queue of clients is full is a failure (EAGAIN), since the calling thread has
  /// others to serve.
  package static func connected(to path: String) -> Int32 {
    made { socket in withAddress(path) { connect(socket, $0, $1) } }
  }

  /// Sends what there is room for, without a signal if the other end is gone; returns what send(2) does.
  package static func send(_ bytes: UnsafeRawBufferPointer, to socket: Int32) -> Int {
    #if canImport(Darwin)
      Darwin.send(socket, bytes.baseAddress, bytes.count, 0)
    #elseif canImport(Glibc)
      Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #elseif canImport(Musl)
      Musl.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
    #endif
  }

  /// Makes a pipe, its reading end first.
  ///
  /// Both ends close on exec, so that no other child of this process keeps the pipe open.
  ///
  /// It is a pair of sockets, so that a write to an end that no one reads can do without a signal, and, on
  /// Linux, since it is made that way; pipe2(2) is hidden from Swift there.
  package static func makePipe(_ ends: inout [CInt]) -> CInt {
    #if canImport(Darwin)
      guard socketpair(AF_UNIX, SOCK_STREAM, 0, &ends) == 0 else { return -1 }
      var one: Int32 = 1
      for end in ends {
        guard fcntl(end, F_SETFD, FD_CLOEXEC) == 0 else { return -1 }
        _ = setsockopt(end, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
      }
      return 0
    #elseif canImport(Glibc)
      return socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    #else
      return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, &ends)
    #endif
  }

  /// Closes a descriptor.
  package static func close(_ descriptor: Int32) {
    #if canImport(Darwin)
      Darwin.close(descriptor)
    #elseif canImport(Glibc)
      Glibc.close(descriptor)
    #elseif canImport(Musl)
      Musl.close(descriptor)
    #endif
  }

  /// A new socket on which `prepare` returned 0.
  private static func made(_ prepare: (Int32) -> Int32) -> Int32 {
    let socket = new()
    guard socket >= 0, prepare(socket) != 0 else { return socket }
    let reason = errno
    close(socket)
    errno = reason
    return -1
  }

  private static func new() -> Int32 {
    #if canImport(Darwin)
      let new = socket(AF_UNIX, SOCK_STREAM, 0)
      guard new >= 0 else { return -1 }
      var one: Int32 = 1
      _ = fcntl(new, F_SETFD, FD_CLOEXEC)
      _ = fcntl(new, F_SETFL, O_NONBLOCK)
      _ = setsockopt(new, SOL_SOCKET, SO_NOSIGPIPE, &one, socklen_t(MemoryLayout<Int32>.size))
      return new
    #elseif canImport(Glibc)
      return socket(
        AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    #elseif canImport(Musl)
      return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
    #endif
  }

  /// Calls a function that takes a socket's address; a path that doesn't fit one is ENAMETOOLONG.
  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_un()
    // C wants a zero after it.
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
      errno = ENAMETOOLONG
      return -1
    }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    // Every kind of address is passed as a pointer to the general one.
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

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
