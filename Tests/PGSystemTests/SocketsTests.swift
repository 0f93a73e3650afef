import PGTestSupport
import Testing

@testable import PGSystem

@Suite("LineChannel", .paced)
struct LineChannelTests {
  private static let longest = 1 << 20

  private static func pair(
    onLine: @escaping @Sendable ([UInt8]) -> Void, onTooLong: @escaping @Sendable () -> Void = {},
    onEnd: @escaping @Sendable () -> Void
  ) throws -> (LineChannel, LineChannel) {
    var ends: [CInt] = [-1, -1]
    try #require(UnixSocket.makePipe(&ends) == 0)
    let (near, far) = (
      LineChannel(socket: ends[0], longestLine: longest), LineChannel(socket: ends[1], longestLine: longest)
    )
    try near.start(onLine: onLine, onTooLong: onTooLong, onEnd: onEnd)
    try far.start(onLine: { _ in })
    return (near, far)
  }

  private static func wait(until isSo: () -> Bool) async throws {
    let isSo = await eventually { isSo() }
    #expect(isSo)
  }

  @Test("Lines arrive whole and in order, however long, and however many at once")
  func lines() async throws {
    let received = Lock<[Int]>([])
    let (near, far) = try Self.pair(
      onLine: { line in received.withLock { $0.append(line.count) } }, onEnd: {})
    let lengths = [0, 1, 200_000] + Array(0..<500) + [70_000]
    for length in lengths { far.send(Array(repeating: UInt8(ascii: "x"), count: length) + [10]) }
    try await Self.wait { received.withLock(\.count) == lengths.count }
    #expect(received.withLock { $0 } == lengths)
    near.close()
    far.close()
  }

  @Test(
    "A line that has no end, or comes too late to one, is given up when it is too long",
    arguments: [true, false])
  func tooLong(hasEnd: Bool) async throws {
    let (lines, tooLong, ends) = (Lock(0), Lock(0), Lock(0))
    let (near, far) = try Self.pair(
      onLine: { _ in lines.withLock { $0 += 1 } }, onTooLong: { tooLong.withLock { $0 += 1 } },
      onEnd: { ends.withLock { $0 += 1 } })
    far.send(Array(repeating: UInt8(ascii: "x"), count: Self.longest) + [10])
    far.send(Array(repeating: UInt8(ascii: "x"), count: Self.longest + 1) + (hasEnd ? [10] : []))
    try await Self.wait { ends.withLock { $0 } == 1 }
    #expect(lines.withLock { $0 } == 1 && tooLong.withLock { $0 } == 1)
    near.close()
    far.close()
  }

  @Test("The end of the other side is told once, and what is sent after it is lost without harm")
  func end() async throws {
    let ends = Lock(0)
    let (near, far) = try Self.pair(onLine: { _ in }, onEnd: { ends.withLock { $0 += 1 } })
    far.close()
    try await Self.wait { ends.withLock { $0 } == 1 }
    near.send([10])
    near.close()
    try await Task.sleep(for: .milliseconds(20))
    #expect(ends.withLock { $0 } == 1)
  }
}
