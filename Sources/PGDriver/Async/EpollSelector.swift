#if os(Linux)
  import CPGSystem

  import PGSystem

  /// The backend for Linux, on epoll(7) and eventfd(2).
  ///
  /// Sendable, unchecked: the descriptors never change, and the kernel takes them from any thread; `events`
  /// is the loop's thread's own.
  final class EpollSelector: Selector, @unchecked Sendable {
    private let epoll: Int32
    private let waker: Int32
    private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: 256)

    /// What tells that nothing more will come than what is unread.
    private static let hangUp = PG_EPOLLRDHUP | PG_EPOLLHUP | PG_EPOLLERR

    init() throws(PostgresError) {
      epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
      waker = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
      guard epoll >= 0, waker >= 0 else { throw .lastSystemError("The event loop can't be made") }
      try control(EPOLL_CTL_ADD, waker, PG_EPOLLIN)
    }

    deinit {
      close(waker)
      close(epoll)
      events.deallocate()
    }

    /// Edge-triggered, so that no call is needed for the answer to a command: it will make an edge
    /// of its own.
    ///
    /// Otherwise something may lie unread that made its edge before; modifying the watch looks for that again
    /// (epoll_ctl(2), epoll(7)). The interest in writing is left out where it isn't needed, for every read of
    /// the other side makes an edge of it.
    func watch(_ socket: Int32, for interest: Readiness, after watched: Readiness?) throws(PostgresError) {
      if interest == .answer, let watched, !watched.includesWritable { return }
      var mask = PG_EPOLLET | PG_EPOLLRDHUP
      if interest.includesReadable { mask |= PG_EPOLLIN }
      if interest.includesWritable { mask |= PG_EPOLLOUT }
      try control(watched == nil ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, mask)
    }

    func forget(_ socket: Int32) {
      _ = epoll_ctl(epoll, EPOLL_CTL_DEL, socket, nil)
    }

    func select(milliseconds: Int32, _ body: (_ socket: Int32, _ isHungUp: Bool) -> Void) {
      let count = epoll_wait(epoll, events.baseAddress, Int32(events.count), milliseconds)
      var index = 0
      while index < Int(count) {
        let socket = events[index].data.fd
        if socket == waker {
          var count: UInt64 = 0
          _ = read(waker, &count, 8)
        } else {
          body(socket, events[index].events & Self.hangUp != 0)
        }
        index += 1
      }
    }

    func wake() {
      var one: UInt64 = 1
      _ = write(waker, &one, 8)
    }

    private func control(_ operation: Int32, _ socket: Int32, _ mask: UInt32) throws(PostgresError) {
      var event = epoll_event(events: mask, data: epoll_data_t(fd: socket))
      guard epoll_ctl(epoll, operation, socket, &event) == 0 else {
        throw .lastSystemError("A socket can't be watched")
      }
    }
  }
#endif
