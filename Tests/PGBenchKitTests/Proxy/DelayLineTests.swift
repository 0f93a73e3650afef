import Testing

@testable import PGBenchKit

@Suite("A delay line")
struct DelayLineTests {
  /// What comes out at an instant, the sink taking at most so much each time.
  private static func output(
    of line: inout DelayLine, at now: Int, room: Int = .max
  ) -> (bytes: [UInt8], isDone: Bool) {
    var bytes: [UInt8] = []
    let isDone = line.deliver(at: now) { piece in
      let taken = piece.prefix(room - bytes.count)
      bytes += taken
      return taken.count
    }
    return (bytes, isDone)
  }

  @Test("hands out each piece when its time has come, and not before")
  func delay() {
    var line = DelayLine(delay: 100)
    line.push([1, 2], at: 0)
    line.push([3], at: 30)
    #expect(line.nextDue == 100)
    #expect(Self.output(of: &line, at: 99) == ([], true))
    #expect(Self.output(of: &line, at: 100) == ([1, 2], true))
    #expect(line.nextDue == 130)
    #expect(line.count == 1)
    #expect(Self.output(of: &line, at: 129) == ([], true))
    #expect(Self.output(of: &line, at: 1000) == ([3], true))
    #expect(line.nextDue == nil)
    #expect(line.count == 0)
  }

  @Test("has any number of pieces on the way at once, in their order")
  func order() {
    var line = DelayLine(delay: 1_000_000)
    for number in 0..<10_000 { line.push([UInt8(number & 255), UInt8(number >> 8)], at: number) }
    var bytes: [UInt8] = []
    for now in stride(from: 1_000_000, through: 1_010_006, by: 7) {
      bytes += Self.output(of: &line, at: now).bytes
    }
    let isInOrder = bytes == (0..<10_000).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    #expect(isInOrder)
    #expect(line.count == 0)
  }

  @Test("keeps what the sink doesn't take")
  func partial() {
    var line = DelayLine(delay: 10)
    line.push([1, 2, 3], at: 0)
    line.push([4, 5], at: 0)
    #expect(Self.output(of: &line, at: 10, room: 2) == ([1, 2], false))
    #expect(line.count == 3)
    #expect(line.nextDue == 10)
    #expect(Self.output(of: &line, at: 11, room: 0) == ([], false))
    #expect(Self.output(of: &line, at: 12, room: 2) == ([3, 4], false))
    #expect(Self.output(of: &line, at: 13) == ([5], true))
  }

  @Test("passes the end on after the last byte, as late as that")
  func end() {
    var line = DelayLine(delay: 100)
    line.push([1], at: 0)
    #expect(!line.isEnded)
    line.end(at: 50)
    line.end(at: 90)
    line.push([2], at: 60)
    #expect(line.isEnded)
    #expect(!line.endIsDue(at: 1000))
    #expect(Self.output(of: &line, at: 100) == ([1], true))
    #expect(line.nextDue == 150)
    #expect(!line.endIsDue(at: 149))
    #expect(line.endIsDue(at: 150))
  }

  @Test("is full at its capacity, of which many small pieces take more than their bytes")
  func capacity() {
    var line = DelayLine(delay: 10, capacity: 1000)
    line.push([UInt8](repeating: 0, count: 900), at: 0)
    #expect(!line.isFull)
    line.push([UInt8](repeating: 0, count: 100), at: 0)
    #expect(line.isFull)
    _ = Self.output(of: &line, at: 10, room: 900)
    #expect(!line.isFull)
    for _ in 0..<(1000 / DelayLine.pieceOverhead) { line.push([0], at: 10) }
    #expect(line.isFull)
  }

  @Test("forgets what was on the way, but not that it had ended")
  func removal() {
    var line = DelayLine(delay: 10)
    line.push([1, 2], at: 0)
    _ = Self.output(of: &line, at: 10, room: 1)
    line.end(at: 5)
    line.removeAll()
    #expect(line.count == 0)
    #expect(Self.output(of: &line, at: 10) == ([], true))
    #expect(line.endIsDue(at: 15))
  }
}
