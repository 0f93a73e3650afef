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
