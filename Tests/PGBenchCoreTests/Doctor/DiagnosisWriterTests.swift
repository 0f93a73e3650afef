import Testing

@testable import PGReporting

@Suite("The layout of a diagnosis")
struct DiagnosisWriterTests {
  private let diagnosis = Diagnosis(findings: [
    .good("CPUs", "Two."),
    .spoils("frequency", "One two three four five six.", remedy: "Until then: `a command of several words`."),
    .unknown("SMT", "First line.\nSecond line."),
  ])

  @Test("has a finding's words in a column of their own, broken at spaces, and the remedy below")
  func plain() {
    #expect(
      DiagnosisWriter(width: 40).text(diagnosis) == """
        good     CPUs       Two.
        spoils   frequency  One two three four
                            five six.
                            → Until then:
                              `a command of several words`.
        unknown  SMT        First line.
                            Second line.

        1 thing spoils measuring.

        """)
  }

  @Test("stays the same to the eye when the levels are painted")
  func painted() {
    let painted = DiagnosisWriter(width: 40) { text, level in "<\(level)>\(text)</>" }.text(diagnosis)
    #expect(painted.contains("<spoils>spoils</>   frequency"))
    let plain = Finding.Level.allCases.reduce(painted) { $0.replacing("<\($1)>", with: "") }
    #expect(plain.replacing("</>", with: "") == DiagnosisWriter(width: 40).text(diagnosis))
  }
}
