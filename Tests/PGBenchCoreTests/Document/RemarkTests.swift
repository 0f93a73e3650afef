import PGMeasuring
import PGReporting
import Testing

@Suite("Remarks of one case")
struct RemarkTests {
  private static func remark(_ subject: String, _ text: String, _ tone: ReportDocument.Tone = .bad)
    -> ReportDocument.Remark
  {
    ReportDocument.Remark(
      of: subject, anchor: subject, place: "F.swift:7", command: "swift test --filter 'M.S/t'", text, tone)
  }

  private static let remarks = [
    remark("a", "first"), remark("a", "second"), remark("b", "third"), remark("a", "fourth"),
    remark("a", "fifth", .undecided),
  ].bySubject

  @Test("that follow each other are one, which loses no text and says once how the case is seen again")
  func grouped() {
    #expect(Self.remarks.map(\.subject) == ["a", "b", "a", "a"])
    #expect(
      Self.remarks.map { [$0.text] + $0.further } == [["first", "second"], ["third"], ["fourth"], ["fifth"]])
    #expect(Self.remarks.map(\.tone) == [.bad, .bad, .bad, .undecided])
    #expect(Self.remarks.allSatisfy { $0.place == "F.swift:7" && $0.anchor == $0.subject })
  }

  @Test("have a line each in every form")
  func forms() throws {
    let document = ReportDocument([
      .init(.heading("t", level: 1)), .init(.remarks(.init(Array(Self.remarks.prefix(2))))),
    ])
    #expect(
      TerminalRenderer(width: 100).text(document).split(separator: "\n").dropFirst() == [
        "a:", "  first", "  second", "  F.swift:7  swift test --filter 'M.S/t'",
        "b: third", "  F.swift:7  swift test --filter 'M.S/t'",
      ])
    #expect(
      MarkdownRenderer().text(document).split(separator: "\n").dropFirst().prefix(3) == [
        "- **a**: first\\", "  second\\", "  `F.swift:7` `swift test --filter 'M.S/t'`",
      ])
    let page = HTMLRenderer().text(document, title: "t")
    #expect(HTMLCheck(page).faults == [])
    let places = ["first", "<p>second</p>", "<code>", "third"].map { page.firstRange(of: $0)?.lowerBound }
    #expect(
      places.compactMap(\.self).count == 4 && places.compactMap(\.self) == places.compactMap(\.self).sorted())
  }
}
