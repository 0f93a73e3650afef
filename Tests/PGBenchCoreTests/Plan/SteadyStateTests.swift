import PGMeasuring
import Testing

@Suite("SteadyState")
struct SteadyStateTests {
  @Test("Times that fall are not steady")
  func falling() {
    #expect(!SteadyState.isReached([200, 180, 160, 140, 120, 100]))
    #expect(!SteadyState.isReached([100, 100, 100, 97, 97, 97]))
  }

  @Test("Times that scatter about one level are steady, and so are equal ones")
  func flat() {
    #expect(SteadyState.isReached([100, 100, 100, 100, 100, 100]))
    #expect(SteadyState.isReached([103, 98, 101, 100, 97, 104]))
    #expect(SteadyState.isReached([100, 100, 100, 98.5, 98.5, 98.5]))
  }

  @Test("Times that rise are steady: waiting does not help them")
  func rising() {
    #expect(SteadyState.isReached([100, 110, 120, 130, 140, 150]))
  }

  @Test("Fewer than two windows are not steady, whatever is in them", arguments: 0...5)
  func tooShort(count: Int) {
    #expect(!SteadyState.isReached(Array(repeating: 100, count: count)))
  }

  @Test("Times that fall and then stay are steady once both windows are past the fall")
  func fallsThenFlat() {
    let times: [Double] = [400, 300, 200, 110, 100, 101, 99, 100, 102, 100]
    let steady = times.indices.map { SteadyState.isReached(Array(times[...$0])) }
    #expect(steady.firstIndex(of: true) == 8)
    #expect(steady.suffix(2) == [true, true])
  }

  @Test("One disturbed block in a window neither hides a fall nor feigns one")
  func disturbed() {
    #expect(!SteadyState.isReached([200, 180, 160, 140, 900, 100]))
    #expect(SteadyState.isReached([100, 900, 100, 100, 100, 100]))
  }

  @Test("Only the last two windows count, and the unit does not")
  func lastWindows() {
    let times = [900.0, 1, 500, 103, 98, 101, 100, 97, 104]
    #expect(SteadyState.isReached(times))
    #expect(SteadyState.isReached(times.map { $0 * 1e-9 }))
  }

  @Test("What is no number is never steady")
  func noNumber() {
    #expect(!SteadyState.isReached(Array(repeating: .nan, count: 6)))
  }
}
