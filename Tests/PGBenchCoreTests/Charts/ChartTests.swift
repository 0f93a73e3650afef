import Testing

@testable import PGReporting

// Apple's Foundation has an XML parser, and Linux's FoundationXML.
#if canImport(FoundationXML) || canImport(ObjectiveC)
  @Suite("A chart")
  struct ChartTests {
    /// Numbers in an attribute's value, and what isn't one.
    private func isDrawable(_ element: WellFormed.Element) -> Bool {
      let numbers = ["x", "y", "width", "height", "cx", "cy", "r"].compactMap { element.attributes[$0] }
      guard numbers.allSatisfy({ Double($0)?.isFinite ?? false }) else { return false }
      return (element.attributes["d"] ?? "").allSatisfy { "MLHVZmlhvza0123456789.- ".contains($0) }
    }

    private func fault(in text: String) -> String? {
      let xml = WellFormed(text)
      if let error = xml.error { return error }
      return xml.elements.first { !isDrawable($0) }.map { "\($0)" }
    }

    @Test("Whatever its values are, it is well-formed XML with finite numbers")
    func extremes() {
      for values in [ChartExamples.extremes] + ChartExamples.extremes.map({ [$0] }) + [[1, 1], [0, 0, 0]] {
        for chart in ChartExamples.charts(values) {
          #expect(fault(in: chart.markup) == nil, "\(chart.name) of \(values)")
          #expect(fault(in: chart.file()) == nil, "\(chart.name) of \(values)")
        }
      }
    }

    @Test("Whatever its names are, nothing in them is markup, and long ones are whole only when pointed at")
    func names() {
      for chart in ChartExamples.hostileNames.flatMap({ ChartExamples.charts([1, 2, 3], names: [$0, $0]) }) {
        let xml = WellFormed(chart.file())
        #expect(xml.error == nil)
        #expect(!xml.elements.contains { $0.name == "b" })
        #expect(!chart.file().unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || $0.value == 0x202E })
        for text in xml.elements where text.name == "text" { #expect(text.text.count <= 60) }
      }
    }

    @Test("Without series, points, rows or rounds it says that there is no data")
    func empty() {
      let axes = (x: ChartAxis.logarithmic("count", .number("")), y: ChartAxis.linear("time", .duration))
      let charts = [
        LineChart([], x: axes.x, y: axes.y).chart(name: "a", title: "t", summary: "s", guide: "g"),
        LineChart([.init("a", .init(0), [])], x: axes.x, y: axes.y)
          .chart(name: "a", title: "t", summary: "s", guide: "g"),
        BarChart([], axis: axes.y).chart(name: "a", title: "t", summary: "s"),
        ForestChart([], axis: "r").chart(name: "a", title: "t", summary: "s"),
        LatencyChart([]).chart(name: "a", title: "t", summary: "s"),
        AccountChart([]).chart(name: "a", title: "t", summary: "s"),
        RoundsChart([]).chart(name: "a", title: "t", summary: "s"),
      ]
      for chart in charts {
        #expect(fault(in: chart.markup) == nil)
        #expect(chart.markup.contains("No data"))
      }
    }

    @Test("It is an image that its title and its description name, by ids of its own name")
    func accessibility() throws {
      for chart in ChartExamples.charts([1, 2, 3]) {
        let elements = WellFormed(chart.markup).elements
        let svg = try #require(elements.first)
        #expect(svg.attributes["role"] == "img" && svg.attributes["id"] == chart.name)
        #expect(svg.attributes["aria-labelledby"] == "\(chart.name)-t \(chart.name)-d")
        #expect(elements[1].name == "title" && elements[1].attributes["id"] == "\(chart.name)-t")
        #expect(elements[2].name == "desc" && elements[2].attributes["id"] == "\(chart.name)-d")
        #expect(elements.dropFirst(3).allSatisfy { $0.attributes["id"] == nil })
      }
    }

    @Test("A name has letters, digits and hyphens only, and is never empty")
    func slug() {
      for (text, slug) in [
        ("Standard", "standard"), ("Mixed / Inner suite", "mixed-inner-suite"), ("", "chart"),
        ("--", "chart"),
        ("\u{1F600}", "chart"), ("a  b-", "a-b"), ("../x", "x"),
      ] {
        #expect(Chart.slug(text) == slug)
      }
      #expect(Chart.slug(String(repeating: "a", count: 1_000)).count == 80)
    }

    @Test("A file brings its style, its title and a background that cover both colour schemes")
    func file() throws {
      let chart = try #require(ChartExamples.charts([1, 2, 3], names: ["Name"]).first)
      let xml = WellFormed(chart.file())
      #expect(chart.file().contains(#"<svg xmlns="http://www.w3.org/2000/svg""#))
      #expect(chart.file().contains("prefers-color-scheme:dark"))
      #expect(xml.elements.contains { $0.name == "text" && $0.text == "Name" })
      #expect(!chart.markup.contains("<style>"))
    }
  }
#endif
