import PGReporting
import Testing

@testable import PGBenchHost
@testable import PGBenchKit

@Suite("The machine's CPU times")
struct CPUTimesTests {
  private let before = "cpu  100 10 50 800 20 5 5 10 7 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n"
  private let after = "cpu  160 10 80 900 20 5 5 20 9 0\ncpu0 1 2 3 4 5 6 7 8 9 0\n"

  @Test("tell which share was busy, and which was stolen")
  func load() throws {
    let load = try #require(CPUTimes(stat: after)).load(since: try #require(CPUTimes(stat: before)))
    #expect(load == MachineLoad(busy: 0.45, stolen: 0.05))
  }

  @Test("are not known from anything else, nor without a tick in between")
  func unknown() throws {
    #expect(CPUTimes(stat: "") == nil)
    #expect(CPUTimes(stat: "cpu 1 2 3\n") == nil)
    #expect(CPUTimes(stat: "intr 1 2 3 4 5 6 7 8\n") == nil)
    let times = try #require(CPUTimes(stat: before))
    #expect(times.load(since: times) == nil)
  }
}
