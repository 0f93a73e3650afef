import Testing

@testable import PGSystem

@Suite("A queue")
struct QueueTests {
  @Test("gives back in order what it was given, whatever the turns")
  func order() {
    var queue = Queue<Int>()
    var random = SystemRandomNumberGenerator()
    var (added, taken) = (0, 0)
    #expect(queue.takeFirst() == nil)
    for _ in 0..<2000 {
      for _ in 0..<Int.random(in: 0...40, using: &random) {
        queue.append(added)
        added += 1
      }
      for _ in 0..<Int.random(in: 0...40, using: &random) where !queue.isEmpty {
        #expect(queue.takeFirst() == taken)
        taken += 1
      }
    }
    while let next = queue.takeFirst() {
      #expect(next == taken)
      taken += 1
    }
    #expect(added == taken && queue.isEmpty)
  }

  @Test("gives back a burst's memory, while it is emptied and after")
  func shrinks() {
    var queue = Queue<Int>()
    for i in 0..<100_000 { queue.append(i) }
    #expect(queue.capacity >= 100_000)
    for _ in 0..<99_000 { _ = queue.takeFirst() }
    #expect(queue.capacity < 10_000)
    while queue.takeFirst() != nil {}
    #expect(queue.capacity <= 1024)
  }

  @Test("that is never empty doesn't grow for ever")
  func bounded() {
    var queue = Queue<Int>()
    queue.append(0)
    for i in 1..<100_000 {
      queue.append(i)
      #expect(queue.takeFirst() == i - 1)
    }
    #expect(queue.capacity <= 2000)
  }

  @Test("keeps its memory between small loads, for the next")
  func keeps() {
    var queue = Queue<Int>()
    for i in 0..<100 { queue.append(i) }
    while queue.takeFirst() != nil {}
    #expect(queue.capacity >= 100)
  }
}
