#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The portable backend, on poll(2) and a pipe.
///
/// Sendable, unchecked: the pipe's descriptors never change, and the kernel takes them from any thread; the rest is
/// the loop's thread's own.
final class PollSelector: Selector, @unchecked Sendable {
  private let wakerReadEnd: Int32
  private let wakerWriteEnd: Int32
  private var interests: [Int32: Readiness] = [:]
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

  func setInterest(_ interest: Readiness, of socket: Int32) throws(PostgresError) {
    interests[socket] = interest
  }

  func deregister(_ socket: Int32) {
    interests[socket] = nil
  }

  func select(milliseconds: Int32, _ body: (_ socket: Int32) -> Void) {
    descriptors.removeAll(keepingCapacity: true)
    descriptors.append(pollfd(fd: wakerReadEnd, events: Int16(POLLIN), revents: 0))
    for (socket, interest) in interests {
      descriptors.append(pollfd(fd: socket, events: interest.pollEvents, revents: 0))
    }
    guard poll(&descriptors, nfds_t(descriptors.count), milliseconds) > 0 else { return }
    if descriptors[0].revents != 0 {
      var bytes = [UInt8](repeating: 0, count: 64)
      while read(wakerReadEnd, &bytes, bytes.count) > 0 {}
    }
    for descriptor in descriptors.dropFirst() where descriptor.revents != 0 { body(descriptor.fd) }
  }

  func wake() {
    var byte: UInt8 = 1
    _ = write(wakerWriteEnd, &byte, 1)
  }
}
