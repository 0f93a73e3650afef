#if os(Linux)
  import CPGPlatform

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// The backend for Linux, on epoll(7) and eventfd(2).
  ///
  /// Sendable, unchecked: the descriptors never change, and the kernel takes them from any thread; `events` is the
  /// loop's thread's own.
  final class EpollSelector: Selector, @unchecked Sendable {
    private let epoll: Int32
    private let waker: Int32
    private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 256)

    init() throws(PostgresError) {
      epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
      waker = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
      guard epoll >= 0, waker >= 0 else { throw .lastSystemError("The event loop can't be made") }
      try add(waker, EPOLLIN.rawValue)
    }

    deinit {
      close(waker)
      close(epoll)
      events.deallocate()
    }

    func setInterest(_ interest: Readiness, of socket: Int32) throws(PostgresError) {
      var mask: UInt32 = 0
      if interest.includesReadable { mask |= EPOLLIN.rawValue }
      if interest.includesWritable { mask |= EPOLLOUT.rawValue }
      var event = epoll_event(events: mask, data: epoll_data_t(fd: socket))
      if epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) == 0 { return }
      // The kernel knows best which sockets it watches, for it forgets one that is closed.
      try add(socket, mask)
    }

    /// An empty mask would not do, since epoll reports hang-ups under any.
    func deregister(_ socket: Int32) {
      _ = epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nil)
    }

    func select(milliseconds: Int32, _ body: (_ socket: Int32) -> Void) {
      let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), milliseconds)
      var index = 0
      while index < Int(count) {
        let socket = events[index].data.fd
        if socket == waker {
          var count: UInt64 = 0
          _ = read(waker, &count, 8)
        } else {
          body(socket)
        }
        index += 1
      }
    }

    func wake() {
      var one: UInt64 = 1
      _ = write(waker, &one, 8)
    }

    private func add(_ socket: Int32, _ mask: UInt32) throws(PostgresError) {
      var event = epoll_event(events: mask, data: epoll_data_t(fd: socket))
      guard epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0 else {
        throw .lastSystemError("A socket can't be watched")
      }
    }
  }
#endif
