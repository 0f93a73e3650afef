import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("A selector", .paced, .timeLimit(.minutes(5)))
struct SelectorTests {
  private static func selector(_ backend: EventLoop.Backend) throws -> any Selector {
    switch backend {
    case .poll: try PollSelector()
    #if os(Linux)
      case .epoll: try EpollSelector()
    #endif
    }
  }

  private static func ready(_ selector: any Selector, _ milliseconds: Int32 = 0) -> [Int32] {
    var sockets: [Int32] = []
    selector.select(milliseconds: milliseconds) { socket, _ in sockets.append(socket) }
    return sockets.sorted()
  }

  @Test(
    "reports what is unread whenever the socket is watched anew, and the answer to come",
    arguments: EventLoop.Backend.allCases)
  func watchedAnew(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    try selector.watch(pair.near, for: .readable, after: nil)
    #expect(Self.ready(selector).isEmpty)
    pair.sendFromFar()
    #expect(Self.ready(selector) == [pair.near])
    #expect(Self.ready(selector).isEmpty, "what was reported isn't reported again unasked")
    for _ in 1...3 {
      try selector.watch(pair.near, for: .readable, after: .readable)
      #expect(Self.ready(selector) == [pair.near])
    }
    pair.receiveAtNear()
    try selector.watch(pair.near, for: .readable, after: .readable)
    #expect(Self.ready(selector).isEmpty)
    for _ in 1...3 {
      try selector.watch(pair.near, for: .reply, after: .readable)
      pair.sendFromFar()
      #expect(Self.ready(selector) == [pair.near])
      pair.receiveAtNear()
    }
  }

  @Test(
    "tells readable from writable, and reports either where both are asked for",
    arguments: EventLoop.Backend.allCases)
  func interests(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    try selector.watch(pair.near, for: .writable, after: nil)
    #expect(Self.ready(selector) == [pair.near])
    try selector.watch(pair.near, for: .readable, after: .writable)
    #expect(Self.ready(selector).isEmpty)
    try selector.watch(pair.near, for: .readableOrWritable, after: .readable)
    #expect(Self.ready(selector) == [pair.near])
    pair.fillFromNear()
    try selector.watch(pair.near, for: .readableOrWritable, after: .readableOrWritable)
    #expect(Self.ready(selector).isEmpty)
    pair.sendFromFar()
    #expect(Self.ready(selector) == [pair.near])
    try selector.watch(pair.near, for: .reply, after: .readableOrWritable)
    pair.sendFromFar()
    #expect(Self.ready(selector) == [pair.near])
  }

  @Test(
    "reports nothing of a socket that is forgotten, not even a hang-up", arguments: EventLoop.Backend.allCases
  )
  func forgotten(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    try selector.watch(pair.near, for: .readable, after: nil)
    pair.sendFromFar()
    selector.forget(pair.near)
    selector.forget(pair.near)
    #expect(Self.ready(selector).isEmpty)
    pair.closeFar()
    #expect(Self.ready(selector).isEmpty)
    try selector.watch(pair.near, for: .writable, after: nil)
    #expect(Self.ready(selector) == [pair.near], "it can be watched again")
  }

  @Test(
    "reports a hang-up, whatever is waited for", arguments: EventLoop.Backend.allCases,
    [
      Readiness.readable, .reply, .writable, .readableOrWritable,
    ])
  func hangUp(backend: EventLoop.Backend, interest: Readiness) throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    pair.fillFromNear()
    try selector.watch(pair.near, for: interest, after: nil)
    #expect(Self.ready(selector).isEmpty)
    pair.closeFar()
    // A process that another test is just starting has the far end as well, until it runs.
    #expect(Self.ready(selector, 30_000) == [pair.near])
  }

  @Test("reports several sockets at once", arguments: EventLoop.Backend.allCases)
  func several(backend: EventLoop.Backend) throws {
    let selector = try Self.selector(backend)
    let pairs = try (1...20).map { _ in try SocketPair() }
    for pair in pairs { try selector.watch(pair.near, for: .readable, after: nil) }
    for pair in pairs.prefix(10) { pair.sendFromFar() }
    #expect(Self.ready(selector) == pairs.prefix(10).map(\.near).sorted())
  }

  @Test(
    "lets go of a socket that is forgotten while it waits: the other side sees it closed",
    arguments: EventLoop.Backend.allCases)
  func closedMeanwhile(backend: EventLoop.Backend) async throws {
    let selector = try Self.selector(backend)
    let pair = try SocketPair()
    try selector.watch(pair.near, for: .readable, after: nil)
    let threads = try BlockingExecutor(threads: 1)
    let waiting = Task(executorPreference: threads) { Self.ready(selector, -1) }
    // Or it would be forgotten before any wait begins.
    try await Task.sleep(for: .milliseconds(200))
    selector.forget(pair.near)
    pair.closeNear()
    #expect(await eventually { pair.isFarAtItsEnd })
    selector.wake()
    _ = await waiting.value
    threads.shutdown()
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
        try EpollSelector().watch(-1, for: .readable, after: nil)
      }
      #expect(error?.code == .system)
    #endif
  }
}

/// Two connected sockets that don't block.
private final class SocketPair {
  private(set) var near: Int32
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
    closeNear()
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

  func closeNear() {
    if near >= 0 { close(near) }
    near = -1
  }

  func closeFar() {
    if far >= 0 { close(far) }
    far = -1
  }

  /// Whether the near end was closed, as far as the other one sees.
  var isFarAtItsEnd: Bool {
    var byte: UInt8 = 0
    return read(far, &byte, 1) == 0
  }
}
