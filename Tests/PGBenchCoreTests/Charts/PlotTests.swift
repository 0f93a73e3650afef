import PGMeasuring
import Testing

@testable import PGReporting

// Apple's Foundation has an XML parser, and Linux's FoundationXML.
#if canImport(FoundationXML) || canImport(ObjectiveC)
  @Suite("What a chart draws")
  struct PlotTests {
    /// The pairs of numbers of a path of absolute moves and lines.
    private func points(_ path: String) -> [[Double]] {
      path.split { "MLZ".contains($0) }.map { $0.split(separator: " ").compactMap { Double($0) } }
    }

    private func paths(_ chart: Chart, _ classes: String) -> [String] {
      WellFormed(chart.markup).elements.filter { $0.attributes["class"]?.hasPrefix(classes) ?? false }
        .compactMap { $0.attributes["d"] }
    }

    private func line(_ points: [LineChart.Point]) -> Chart {
      LineChart(
        [.init("sync", .init(0), points)], x: .logarithmic("count", .number("")),
        y: .linear("operations per second", .number("ops/s"))
      ).chart(name: "line", title: "t", summary: "s", guide: "g")
    }

    @Test("A band holds its line: above and below each point, at the same place")
    func band() throws {
      let counts: [Double] = [10, 100, 1_000, 50_000]
      let chart = line(
        counts.map { .init($0, 5_000 + $0 / 100, low: 4_800 + $0 / 100, high: 5_300 + $0 / 100) })
      let line = points(try #require(paths(chart, "l y0").last))
      let band = points(try #require(paths(chart, "s0 d").first))
      #expect(line.count == counts.count && band.count == 2 * counts.count)
      for (index, point) in line.enumerated() {
        let (upper, lower) = (band[index], band[band.count - 1 - index])
        #expect(upper[0] == point[0] && lower[0] == point[0])
        #expect(upper[1] < point[1] && point[1] < lower[1])
      }
    }

    @Test("An interval that doesn't hold its point isn't drawn")
    func strayInterval() {
      #expect(paths(line([.init(10, 5, low: 6, high: 7), .init(20, 5, low: 1, high: 2)]), "s0 d").isEmpty)
    }

    @Test("A single point has a mark and a whisker, and no line")
    func onePoint() {
      let chart = line([.init(10, 5_000, low: 4_900, high: 5_100)])
      #expect(paths(chart, "l").contains { $0.contains("V") })
      #expect(
        chart.markup.contains("<title>sync, 10: 5,000 ops/s (4,900 to 5,100)</title>"), "\(chart.markup)")
    }

    @Test("Bars begin at zero and are as long as what they stand for")
    func bars() throws {
      let chart = BarChart(
        [.init("a", [.init("x", .init(0), 1_000), .init("y", .init(1), 500), .init("z", .init(2), -3)])],
        axis: .linear("operations per second", .number("ops/s"))
      ).chart(name: "bars", title: "t", summary: "s")
      let bars = WellFormed(chart.markup).elements.filter { $0.name == "rect" }.map {
        (x: Double($0.attributes["x"] ?? "") ?? -1, width: Double($0.attributes["width"] ?? "") ?? -1)
      }
      #expect(bars.count == 3 && Set(bars.map(\.x)).count == 1)
      #expect((bars[0].width - 2 * bars[1].width).magnitude < 0.2 && bars[2].width == 0)
      #expect(chart.markup.contains(">1,000</text>") && chart.markup.contains(">500</text>"))
    }

    @Test("The parts of an account follow each other from zero on")
    func account() throws {
      let account = try #require(ChartExamples.account)
      let chart = AccountChart([.init("sync", wallTime: 100_000, account)])
        .chart(name: "time", title: "t", summary: "s")
      let ends = (paths(chart, "k") + paths(chart, "h")).map { path in
        path.split { !"0123456789.".contains($0) }.compactMap { Double($0) }
      }.map { ($0[0], $0[2]) }.sorted { $0.0 < $1.0 }
      #expect(ends.count == 3 && ends.first?.0 == 8)
      for (part, next) in zip(ends, ends.dropFirst()) { #expect(part.1 == next.0) }
      #expect(chart.markup.contains(">30.0 µs</text>") && chart.markup.contains(">50.0 µs</text>"))
    }

    @Test(
      "A ratio that is shown is filled, another hollow; a bound has its zone, an endless interval an arrow")
    func forest() {
      func chart(_ row: ForestChart.Row) -> Chart {
        ForestChart([row], axis: "time ÷ sync's").chart(name: "f", title: "t", summary: "s")
      }
      let shown = chart(.init("a", .init(1), 1.2, low: 1.1, high: 1.32, bound: 1.05, isShown: true))
      #expect(!paths(shown, "k").isEmpty && paths(shown, "h").isEmpty)
      #expect(shown.markup.contains(#"class="z""#) && shown.markup.contains(">1.20 (1.10 to 1.32)</text>"))
      let open = chart(.init("a", .init(1), 1.0, low: 1e-200, high: 1e200, isShown: false))
      #expect(paths(open, "k").isEmpty && !paths(open, "h").isEmpty)
      #expect(!open.markup.contains(#"class="z""#))
      #expect(paths(open, "l").first?.filter { $0 == "L" }.count == 4)
    }

    @Test("Of many rounds no more than 200 marks are drawn, and those taken again are crosses")
    func rounds() {
      for (sessions, rounds) in [(8, 500), (1_000, 3), (1, 201), (3, 10)] {
        let blocks = (0..<sessions).flatMap { session in
          (0..<rounds).map { Block(session: session, round: $0, operations: 10, elapsed: 1_000 + $0) }
        }
        let chart = RoundsChart([
          .init("sync", .init(0), blocks: ChartExamples.columns(blocks), retaken: [blocks[0]])
        ]).chart(name: "r", title: "t", summary: "s")
        let marks = paths(chart, "q o").joined().count { $0 == "M" }
        #expect((1...RoundsChart.greatestMarks).contains(marks), "\(marks)")
        if sessions * rounds <= 200 { #expect(marks == sessions * rounds) }
        #expect(paths(chart, "l").joined().count { $0 == "M" } == 2)
        #expect(chart.markup.utf8.count < 20_000)
      }
    }

    @Test("A commit from which on times are others is pointed out by a line and in words")
    func markers() {
      let chart = LineChart(
        [.init("async", .init(1), (0..<40).map { .init(Double($0), $0 < 20 ? 1 : 1.1) })],
        x: .places("commit", (0..<40).map { .init(Double($0), "c\($0)") }),
        y: .linear("time ÷ sync's", .ratio),
        markers: [.init(20, "+10 %")], levels: [1]
      ).chart(name: "history", title: "t", summary: "s", guide: "g")
      #expect(chart.markup.contains(">+10 %</text>") && chart.markup.contains(">c39</text>"))
      #expect(paths(chart, "v").count == 2)
    }
  }
#endif
