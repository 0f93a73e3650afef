/// A file descriptor that is closed once, from whichever thread comes first.
package final class OwnedDescriptor: Sendable {
  private let descriptor: Lock<CInt?>

  package init(_ descriptor: CInt) { self.descriptor = Lock(descriptor < 0 ? nil : descriptor) }

  deinit { close() }

  /// What is made of it while it is open; nil if it isn't, or never was.
  package func withDescriptor<Answer>(_ body: (CInt) -> Answer?) -> Answer? {
    descriptor.withLock { $0.flatMap(body) }
  }

  /// Closes it; later calls do nothing.
  package func close() {
    let open = descriptor.withLock { descriptor in
      defer { descriptor = nil }
      return descriptor
    }
    if let open { UnixSocket.close(open) }
  }
}
