import PGReporting
import Testing

@Suite("Markdown for a place with little room")
struct BoundedMarkdownTests {
  private let document = ReportDocument([
    .init(.heading("Report", level: 1)), .init(.paragraph("The answer.")),
    .init(.folded("First", [.init(.paragraph(String(repeating: "a", count: 1_000)))])),
    .init(.folded("Last <b>", [.init(.paragraph(String(repeating: "b", count: 1_000)))])),
  ])

  @Test("What fits is whole")
  func whole() {
    let text = MarkdownRenderer().text(document, atMost: 10_000, whole: "report.md")
    #expect(text == MarkdownRenderer().text(document))
    #expect(text.contains("<details>\n<summary>Last &lt;b&gt;</summary>\n\nbbb"))
  }

  @Test("What is folded goes first, the last before the others, and the text says so")
  func folded() {
    let text = MarkdownRenderer().text(document, atMost: 1_500, whole: "report.md")
    #expect(text.utf8.count <= 1_500 && text.contains("The answer.") && text.contains("aaa"))
    #expect(text.hasSuffix("\n\n*Last \\<b>: left out here, and in report.md.*\n") && !text.contains("bbb"))
    let least = MarkdownRenderer().text(document, atMost: 0, whole: "report.md")
    #expect(least.contains("The answer.") && !least.contains("aaa") && !least.contains("<details>"))
  }
}
