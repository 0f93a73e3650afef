import CLibPQ

/// The means to cancel what a connection is doing, from any thread.
///
/// Sendable, unchecked: libpq's manual (section 34.7, "Canceling Queries in Progress") lets any thread
/// use a PGcancel.
final class CancelRequest: @unchecked Sendable {
  private let handle: OpaquePointer

  init(_ handle: OpaquePointer) {
    self.handle = handle
  }

  deinit {
    PQfreeCancel(handle)
  }

  /// Asks the server to cancel, on a connection of its own, and waits until it has passed the request on.
  ///
  /// After that the signal can hit no later command: it is pending at the server process, which drops it when
  /// it is idle. A request that doesn't get through changes nothing.
  func send() {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { complaint in
      _ = PQcancel(handle, complaint.baseAddress, Int32(complaint.count))
    }
  }
}
