import PGMeasuring
import Testing

@Suite("A test's filter")
struct TestFilterTests {
  @Test("finds the test alone, and is one word of a shell")
  func word() {
    #expect(TestFilter.word(just: "M.Suite/find") == #"'M.Suite/find\('"#)
    #expect(
      TestFilter.word(just: "M.`it's a + b`/`1 (one)?`") == #"'M.`it'\''s\ a\ \+\ b`/`1\ \(one\)\?`\('"#)
    #expect(TestFilter.word(just: "M./f") == #"'M./f\('"#)
  }
}
