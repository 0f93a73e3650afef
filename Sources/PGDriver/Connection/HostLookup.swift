import PGSystem

/// What a host name stands for.
enum HostAddresses: Sendable, Equatable {
  /// In the order in which they are to be tried.
  case found([String])
  case failed(String)

  /// Asks the system, which blocks for as long as name servers like, unless the name is an address itself.
  ///
  /// - Parameter onlyNumeric: Whether not to ask name servers.
  static func of(_ name: String, onlyNumeric: Bool = false) -> HostAddresses {
    var hints = addrinfo()
    #if canImport(Glibc)
      hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    #else
      hints.ai_socktype = SOCK_STREAM
    #endif
    if onlyNumeric { hints.ai_flags = AI_NUMERICHOST }
    var list: UnsafeMutablePointer<addrinfo>?
    let failure = getaddrinfo(name, nil, &hints, &list)
    guard failure == 0 else { return .failed(String(cString: gai_strerror(failure))) }
    defer { freeaddrinfo(list) }
    var addresses: [String] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ai_next
      // NI_MAXHOST, which not every system's headers show.
      let capacity = 1025
      let address = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { text -> String? in
        guard
          getnameinfo(
            entry.ai_addr, entry.ai_addrlen, text.baseAddress, socklen_t(capacity), nil, 0, NI_NUMERICHOST)
            == 0
        else { return nil }
        return text.baseAddress.map { String(cString: $0) }
      }
      if let address, !addresses.contains(address) { addresses.append(address) }
    }
    return addresses.isEmpty ? .failed("the name has no address") : .found(addresses)
  }
}

/// Looks names up for a task, which can be cancelled meanwhile.
///
/// The system's call can't: it goes on, on a thread of its own, and what it finds is dropped.
final class HostLookup: Sendable {
  private struct State {
    var isCancelled = false
    /// The number of the look-up in progress, and the task that waits for it.
    var number = 0
    var waiter: CheckedContinuation<Void, Never>?
    /// What the look-up found.
    ///
    /// It isn't handed over by the continuation, since the thread sanitizer doesn't see how that gets
    /// to another thread.
    var found: HostAddresses?
  }

  private let state = Lock(State())
  private let lookUp: @Sendable (String) -> HostAddresses

  init(_ lookUp: @escaping @Sendable (String) -> HostAddresses = { HostAddresses.of($0) }) {
    self.lookUp = lookUp
  }

  /// The addresses of a name; nil if the task was cancelled.
  ///
  /// - Throws: `system` if the system refuses a thread.
  func addresses(of name: String) async throws(PostgresError) -> HostAddresses? {
    let number = state.withLock { state in
      state.number += 1
      state.found = nil
      return state.number
    }
    let failure = Lock<PostgresError?>(nil)
    await withCheckedContinuation { (waiter: CheckedContinuation<Void, Never>) in
      let isCancelled = state.withLock { state in
        if !state.isCancelled { state.waiter = waiter }
        return state.isCancelled
      }
      guard !isCancelled else { return waiter.resume() }
      do throws(PostgresError) {
        try DriverThread.start("pgdriver-lookup") { [self] in end(number, lookUp(name)) }
      } catch {
        failure.withLock { $0 = error }
        end(number, nil)
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
    return state.withLock { $0.isCancelled ? nil : $0.found }
  }

  /// Ends the look-up in progress and all further ones.
  func cancel() {
    state.withLock { $0.isCancelled = true }
    end(nil, nil)
  }

  private func end(_ number: Int?, _ addresses: HostAddresses?) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      guard number == nil || number == state.number else { return nil }
      state.found = addresses
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }
}
