import PGMeasuring
import PGReporting
import PGSystem
import Testing

@Suite("A report as a page")
struct HTMLRendererTests {
  private func page(_ report: BenchmarkReport) -> String {
    HTMLRenderer().text(ReportDocument(report), title: "Benchmark report")
  }

  @Test("is well-formed, refers to nothing elsewhere, and has names, headers and labels where they belong")
  func wellFormed() throws {
    for report in [
      try ExampleReport.typical(), try FileFuzzTests.report(), try ExampleReport.large(cases: 24),
      ExampleReport.report([]),
    ] {
      let page = page(report)
      #expect(HTMLCheck(page).faults == [])
      #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
      #expect(page.contains("<meta name=\"viewport\""))
      #expect(page.contains("Content-Security-Policy\" content=\"default-src 'none'; "))
      #expect(!page.contains("http:") && !page.contains("https:") && !page.contains("url("))
    }
  }

  @Test("The check of pages does refuse what is wrong")
  func checkBites() throws {
    let page = page(try ExampleReport.typical())
    for (good, bad) in [
      ("</table>", ""), ("<th scope=row>", "<td>"), ("href=\"#main\"", "href=\"https://a\""),
      ("id=\"main\"", "id=\"filter\""), ("scope=col", "scope=colour"), ("<caption>", "<p>"),
      ("tabindex=0", ""), ("<h1>", "<h2>"),
    ] {
      let wrong = page.replacing(good, with: bad, maxReplacements: 1)
      #expect(wrong != page && HTMLCheck(wrong).faults != [], "\(good)")
    }
  }

  @Test("begins with the answer in words, and what failed with its line, its command and a link to its row")
  func firstScreen() throws {
    let source = TestSource(file: "M/F.swift", line: 7, command: "swift test --filter 'M.S/t'")
    let identity = CaseIdentity(suite: "S", test: "t", operations: 10)
    let one = try ExampleReport.report(of: Simulation(ratio: 1.25), identity, source: source)
    let page = page(ExampleReport.report([one]))
    let order = [
      "<h1>Benchmark report</h1>", "<p class=\"answer bad\"><strong>Failed</strong> 1 of 1 gate failed; ",
      ">Failed gates</h2>", "<a href=\"#case-s-t-10\">S / t / 10</a>: Regressed: time of async ",
      "<code>M/F.swift:7</code> <code class=command>swift test --filter &#39;M.S/t&#39;</code>",
      ">Findings</h2>", ">S</h2>",
      "<tr id=\"case-s-t-10\"><th scope=row class=n><a href=\"#case-s-t-10\">10</a><td>",
    ]
    let places = order.map { page.firstRange(of: $0)?.lowerBound }
    for (text, place) in zip(order, places) { #expect(place != nil, "\(text)") }
    #expect(places.compactMap(\.self) == places.compactMap(\.self).sorted())
  }

  @Test("shows hostile names letter by letter: no markup, no line breaks, nothing turned around")
  func hostileNames() throws {
    let names = [
      "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a'b\"c&amp;", "a\nb\r\nc\td",
      "\u{202E}gnorw\u{2066}", "עברית", "\u{0}\u{1B}[31m", String(repeating: "long ", count: 60), "👨‍👩‍👧",
      "</style></script>", "]]>", "--><!--", "",
    ]
    var failures: [FailedTest] = []
    var cases: [CaseReport] = []
    for name in names {
      let identity = CaseIdentity(suite: name, test: name, operations: 10)
      cases.append(
        try ExampleReport.report(
          of: Simulation(sessions: 4, rounds: 4, ratio: 1.5), identity,
          source: TestSource(file: name, line: .min, command: name)))
      failures.append(
        FailedTest(suite: name, test: name, file: name, line: .max, error: name, command: name))
    }
    let report = BenchmarkReport(
      environment: ExampleReport.environment, cases: cases, warnings: names, failures: failures,
      incomplete: names[0])
    let page = page(report)
    #expect(HTMLCheck(page).faults == [])
    #expect(!page.contains("<script>alert") && !page.contains("<img"))
    #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
    #expect(page.contains("\\u{202E}gnorw\\u{2066}") && page.contains("<bdi>עברית"))
    let isHarmless = page.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x202E && $0.value != 0x2066 || $0 == "\n"
    }
    #expect(isHarmless)
  }

  @Test(
    "Cases that read alike have names of their own, and as many as there are cost no more than their number")
  func names() throws {
    let one = try ExampleReport.report(
      of: Simulation(sessions: 4, rounds: 4), CaseIdentity(suite: "S", test: "é", operations: 10))
    let other = try ExampleReport.report(
      of: Simulation(sessions: 4, rounds: 4), CaseIdentity(suite: "S", test: "ü", operations: 10))
    let page = page(ExampleReport.report([one, other]))
    #expect(page.contains("<tr id=\"case-s-10\">") && page.contains("<tr id=\"case-s-10-2\">"))
    #expect(HTMLCheck(page).faults == [])
  }

  @Test("Charts stand in the page with their titles and how they are read")
  func charts() throws {
    let report = try ExampleReport.typical()
    let chart = try #require(SuiteCharts.charts(of: "Standard", in: report).first)
    let page = page(report)
    #expect(page.contains("<figure id=\"chart-\(chart.name)\">\n<figcaption>"))
    #expect(page.contains(chart.markup) && page.contains(ChartStyle.css))
    #expect(page.contains("<p>\(HTMLText.escaped(chart.guide))</p>"))
    let twice = ReportDocument([
      .init(.chart(chart)), .init(.folded("More", [.init(.list(["a", "b"])), .init(.paragraph("c"))])),
    ])
    let other = HTMLRenderer().text(twice, title: "A title")
    #expect(HTMLCheck(other).faults == [] && other.contains("<h1>A title</h1>"))
    #expect(other.contains("<summary>More</summary>\n<ul>\n<li>a</li>"))
  }

  @Test("A hundred cases with their charts take less than 300 kB")
  func size() throws {
    let report = try ExampleReport.large(cases: 100) { number, simulation in
      if number % 10 == 0 { simulation.ratio = 1.3 }
    }
    let page = page(report)
    #expect(page.utf8.count < 300_000, "\(page.utf8.count)")
    // Each suite has its first chart, and what there was no room for is told of.
    for suite in report.suites {
      let chart = try #require(SuiteCharts.charts(of: suite, in: report).first)
      #expect(page.contains("<figure id=\"chart-\(chart.name)\">"))
    }
    #expect(page.contains("Left out to keep this page small: "))
    #expect(!self.page(try ExampleReport.typical()).contains("Left out"))
  }
}
