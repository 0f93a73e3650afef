import PGMeasuring
import Testing

@testable import PGBenchKit

@Suite("Progress")
struct ProgressTests {
  @Test("What has been told as done is not taken back when more cases come to light")
  func neverBackwards() throws {
    let test = try #require(Test.current?.id)
    let progress = Progress()
    func begin(cases: Int) -> String {
      progress.line(of: "A case", variants: [.sync], of: test, cases: cases, number: 1)
    }
    progress.expect(test, gates: 0, hasArguments: true)
    #expect(begin(cases: 2) == "[ 0 %] A case: sync")
    progress.ends(of: test, nanoseconds: 2_000_000_000)
    #expect(begin(cases: 2) == "[50 %] A case: sync, 2 s left")
    progress.ends(of: test, nanoseconds: 2_000_000_000)
    #expect(begin(cases: 100) == "[50 %] A case: sync, 3 min 16 s left")
  }
}
