import PGSystem

#if os(Linux)
  import CPGSystem
#endif

/// Waits for sockets on behalf of an event loop.
///
/// The contract of all backends: a socket that is watched is reported once it is ready; if it is ready still,
/// it may be reported again only after it is watched anew. A report may be false, as when another caller has
/// read meanwhile. A hang-up or an error is reported, whatever the socket is watched for, so that the next
/// read or write meets it. Everything but `select` may be called on any thread.
protocol Selector: AnyObject, Sendable {
  /// Watches a socket, and reports it if it is ready already.
  ///
  /// - Parameter watched: What the socket was watched for last; nil if it never was.
  func watch(_ socket: Int32, for interest: Readiness, after watched: Readiness?) throws(PostgresError)

  /// Stops watching a socket that is still open, of which nothing is reported then, not even a hang-up.
  func forget(_ socket: Int32)

  /// Blocks until something is ready, `wake` was called, or the milliseconds are over; -1 waits for ever.
  ///
  /// For the loop's thread only.
  ///
  /// - Parameter body: Called with each socket that is ready, and whether it is known that the other side has
  ///   hung up: of that an edge tells only once.
  func select(milliseconds: Int32, _ body: (_ socket: Int32, _ isHungUp: Bool) -> Void)

  /// Ends the `select` in progress, or the next one.
  func wake()
}

/// The portable backend, on poll(2) and a pipe.
///
/// Sendable, unchecked: the pipe's descriptors never change, and the kernel takes them from any thread;
/// `descriptors` is the loop's thread's own.
final class PollSelector: Selector, @unchecked Sendable {
  private struct Watch {
    let interest: Readiness
    /// Which of all watches it is: the number of a socket that was closed soon is another's.
    let number: UInt64
  }

  private struct Watches {
    var watches: [Int32: Watch] = [:]
    var latest: UInt64 = 0
    /// Whether a thread sleeps without knowing of interests that come now.
    var isSelecting = false
  }

  private let wakerReadEnd: Int32
  private let wakerWriteEnd: Int32
  private let watches = Lock(Watches())
  private var descriptors: [pollfd] = []
  /// Of which watch each is; of the pipe none.
  private var numbers: [UInt64] = []

  init() throws(PostgresError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .lastSystemError("The event loop can't be made") }
    wakerReadEnd = ends[0]
    wakerWriteEnd = ends[1]
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    close(wakerReadEnd)
    close(wakerWriteEnd)
  }

  func watch(_ socket: Int32, for interest: Readiness, after watched: Readiness?) throws(PostgresError) {
    let mustWake = watches.withLock { state in
      state.latest += 1
      state.watches[socket] = Watch(interest: interest, number: state.latest)
      return state.isSelecting
    }
    if mustWake { wake() }
  }

  /// Ends a `select` in progress that is about the socket: the kernel keeps it open until poll(2) returns, so
  /// that closing it wouldn't reach the other side.
  func forget(_ socket: Int32) {
    let mustWake = watches.withLock { state in
      state.watches.removeValue(forKey: socket) != nil && state.isSelecting
    }
    if mustWake { wake() }
  }

  func select(milliseconds: Int32, _ body: (_ socket: Int32, _ isHungUp: Bool) -> Void) {
    descriptors.removeAll(keepingCapacity: true)
    descriptors.append(pollfd(fd: wakerReadEnd, events: Int16(POLLIN), revents: 0))
    numbers.removeAll(keepingCapacity: true)
    numbers.append(0)
    watches.withLock { state in
      for (socket, watch) in state.watches {
        descriptors.append(pollfd(fd: socket, events: watch.interest.pollEvents, revents: 0))
        numbers.append(watch.number)
      }
      state.isSelecting = true
    }
    let count = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    let ready = watches.withLock { state -> [Int32] in
      state.isSelecting = false
      guard count > 0 else { return [] }
      return zip(descriptors, numbers).compactMap { descriptor, number in
        // What was found is of this watch, not of one that has come since: that one is asked for next.
        guard descriptor.revents != 0, state.watches[descriptor.fd]?.number == number else { return nil }
        // poll is level-triggered: what is reported once must not be asked for again.
        state.watches[descriptor.fd] = nil
        return descriptor.fd
      }
    }
    guard count > 0 else { return }
    if descriptors[0].revents != 0 {
      var bytes = [UInt8](repeating: 0, count: 64)
      while read(wakerReadEnd, &bytes, bytes.count) > 0 {}
    }
    for socket in ready { body(socket, false) }
  }

  func wake() {
    var byte: UInt8 = 1
    _ = write(wakerWriteEnd, &byte, 1)
  }
}

#if os(Linux)
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

    /// Edge-triggered, so that no call is needed for the reply to a command: it will make an edge
    /// of its own.
    ///
    /// Otherwise something may lie unread that made its edge before; modifying the watch looks for that again
    /// (epoll_ctl(2), epoll(7)). The interest in writing is left out where it isn't needed, for every read of
    /// the other side makes an edge of it.
    func watch(_ socket: Int32, for interest: Readiness, after watched: Readiness?) throws(PostgresError) {
      if interest == .reply, let watched, !watched.includesWritable { return }
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
