import Testing

@testable import PGDriver

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

@Suite("A selector", .timeLimit(.minutes(1)))
struct SelectorTests {
  private static func selector(_ backend: EventLoop.Backend) throws -> any Selector & Sendable {
    switch backend {
    case .poll: try PollSelector()
    #if os(Linux)
      case .epoll: try EpollSelector()
    #endif
    }
  }

  private static func ready(_ selector: any Selector, _ milliseconds: Int32 = 0) -> [Int32] {
    var sockets: [Int32] = []
    selector.select(milliseconds: milliseconds) { sockets.append($0) }
    return sockets.sorted()
  }

  @Test("reports a readable socket for as long as it is readable", arguments: EventLoop.Backend.allCases)
  func levelTriggered(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    try selector.setInterest(.readable, of: pair.near)
    #expect(Self.ready(selector).isEmpty)
    pair.sendFromFar()
    for _ in 1...3 { #expect(Self.ready(selector) == [pair.near]) }
    pair.receiveAtNear()
    #expect(Self.ready(selector).isEmpty)
    pair.sendFromFar()
    #expect(Self.ready(selector) == [pair.near], "interest stays without being renewed")
  }

  @Test(
    "tells readable from writable, and reports either where both are asked for",
    arguments: EventLoop.Backend.allCases)
  func interests(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    try selector.setInterest(.writable, of: pair.near)
    #expect(Self.ready(selector) == [pair.near])
    try selector.setInterest(.readable, of: pair.near)
    #expect(Self.ready(selector).isEmpty)
    try selector.setInterest(.readableOrWritable, of: pair.near)
    #expect(Self.ready(selector) == [pair.near])
    pair.fillFromNear()
    #expect(Self.ready(selector).isEmpty)
    pair.sendFromFar()
    #expect(Self.ready(selector) == [pair.near])
  }

  @Test(
    "reports nothing of a socket after deregister, not even a hang-up", arguments: EventLoop.Backend.allCases)
  func deregister(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    try selector.setInterest(.readable, of: pair.near)
    pair.sendFromFar()
    selector.deregister(pair.near)
    selector.deregister(pair.near)
    #expect(Self.ready(selector).isEmpty)
    pair.closeFar()
    #expect(Self.ready(selector).isEmpty)
    try selector.setInterest(.writable, of: pair.near)
    #expect(Self.ready(selector) == [pair.near], "it can be watched again")
  }

  @Test(
    "reports a hang-up, whatever is waited for", arguments: EventLoop.Backend.allCases,
    [
      Readiness.readable, .writable, .readableOrWritable,
    ])
  func hangUp(backend: EventLoop.Backend, interest: Readiness) throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    pair.fillFromNear()
    try selector.setInterest(interest, of: pair.near)
    #expect(Self.ready(selector).isEmpty)
    pair.closeFar()
    #expect(Self.ready(selector) == [pair.near])
  }

  @Test("reports several sockets at once", arguments: EventLoop.Backend.allCases)
  func several(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let pairs = try (1...20).map { _ in try SocketPair() }
    for pair in pairs { try selector.setInterest(.readable, of: pair.near) }
    for pair in pairs.prefix(10) { pair.sendFromFar() }
    #expect(Self.ready(selector) == pairs.prefix(10).map(\.near).sorted())
  }

  @Test("waits as long as it was told to", arguments: EventLoop.Backend.allCases)
  func timeout(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let start = ContinuousClock.now
    #expect(Self.ready(selector, 30).isEmpty)
    #expect(ContinuousClock.now - start >= .milliseconds(29))
  }

  @Test("is woken by another thread, and by a wake that came before", arguments: EventLoop.Backend.allCases)
  func wake(backend: EventLoop.Backend) async throws {
    let selector = try Self.selector(backend)
    let threads = try BlockingExecutor(threads: 1)
    await withTaskExecutorPreference(threads) {
      for _ in 1...2 { selector.wake() }
      #expect(Self.ready(selector, -1).isEmpty)
      let start = ContinuousClock.now
      #expect(Self.ready(selector, 20).isEmpty)
      #expect(ContinuousClock.now - start >= .milliseconds(19), "one select takes all wakes that came before")
      let other = Task.detached {
        try await Task.sleep(for: .milliseconds(20))
        selector.wake()
      }
      #expect(Self.ready(selector, -1).isEmpty)
      _ = try? await other.value
    }
    threads.shutdown()
  }

  @Test("refuses a descriptor that isn't open, where the system tells")
  func badDescriptor() throws {
    #if os(Linux)
      let error = #expect(throws: PostgresError.self) {
        try EpollSelector().setInterest(.readable, of: -1)
      }
      #expect(error?.code == .system)
    #endif
  }
}

/// Two connected sockets that don't block.
private final class SocketPair {
  let near: Int32
  private var far: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    #if canImport(Glibc)
      let type = Int32(SOCK_STREAM.rawValue)
    #else
      let type = SOCK_STREAM
    #endif
    try #require(socketpair(AF_UNIX, type, 0, &ends) == 0)
    (near, far) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
  }

  deinit {
    close(near)
    closeFar()
  }

  func sendFromFar() { _ = write(far, "x", 1) }

  func receiveAtNear() {
    var byte: UInt8 = 0
    _ = read(near, &byte, 1)
  }

  /// Writes until the socket takes no more.
  func fillFromNear() {
    let bytes = [UInt8](repeating: 0, count: 65536)
    while write(near, bytes, bytes.count) > 0 {}
  }

  func closeFar() {
    if far >= 0 { close(far) }
    far = -1
  }
}
