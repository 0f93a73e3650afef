import PGSystem

/// The portable backend, on poll(2) and a pipe.
///
/// Sendable, unchecked: the pipe's descriptors never change, and the kernel takes them from any thread;
/// `descriptors` is the loop's thread's own.
final class PollSelector: Selector, @unchecked Sendable {
  private struct Watches {
    var interests: [Int32: Readiness] = [:]
    /// Whether a thread sleeps without knowing of interests that come now.
    var isSelecting = false
  }

  private let wakerReadEnd: Int32
  private let wakerWriteEnd: Int32
  private let watches = Lock(Watches())
  private var descriptors: [pollfd] = []

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
    let mustWake = watches.withLock { watches in
      watches.interests[socket] = interest
      return watches.isSelecting
    }
    if mustWake { wake() }
  }

  func forget(_ socket: Int32) {
    watches.withLock { $0.interests[socket] = nil }
  }

  func select(milliseconds: Int32, _ body: (_ socket: Int32, _ isHungUp: Bool) -> Void) {
    descriptors.removeAll(keepingCapacity: true)
    descriptors.append(pollfd(fd: wakerReadEnd, events: Int16(POLLIN), revents: 0))
    watches.withLock { watches in
      for (socket, interest) in watches.interests {
        descriptors.append(pollfd(fd: socket, events: interest.pollEvents, revents: 0))
      }
      watches.isSelecting = true
    }
    let count = poll(&descriptors, nfds_t(descriptors.count), milliseconds)
    watches.withLock { watches in
      watches.isSelecting = false
      // poll is level-triggered: what is reported once must not be asked for again.
      if count > 0 {
        for descriptor in descriptors where descriptor.revents != 0 { watches.interests[descriptor.fd] = nil }
      }
    }
    guard count > 0 else { return }
    if descriptors[0].revents != 0 {
      var bytes = [UInt8](repeating: 0, count: 64)
      while read(wakerReadEnd, &bytes, bytes.count) > 0 {}
    }
    for descriptor in descriptors.dropFirst() where descriptor.revents != 0 { body(descriptor.fd, false) }
  }

  func wake() {
    var byte: UInt8 = 1
    _ = write(wakerWriteEnd, &byte, 1)
  }
}
