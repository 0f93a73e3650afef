import Foundation
import PGMeasuring
import PGReporting
import PGStatistics
import PGSystem
import PGTestSupport
import PGVerdicts
import Testing

// Apple's Foundation has an XML parser, and Linux's FoundationXML.
#if canImport(FoundationXML) || canImport(ObjectiveC)
  @Suite("The charts of a suite", .timeLimit(.minutes(Fuzzing.minutes)))
  struct SuiteChartsTests {
    private func names(_ charts: [Chart]) -> [String] { charts.map(\.name) }

    /// What is read from a report that was written without its rounds.
    private func withoutRounds(_ report: BenchmarkReport) throws -> BenchmarkReport {
      let text = try JSONReportWriter().text(report)
      var json = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let cases = try #require(json["cases"] as? [[String: Any]])
      json["cases"] = cases.map { one in
        one.merging(["rounds": [Any](), "uncompared": [Any]()]) { $1 }
      }
      let data = try JSONSerialization.data(withJSONObject: json)
      return try JSONReportWriter().report(from: String(decoding: data, as: UTF8.self))
    }

    @Test("A sweep has lines, tests of one count bars, and all have ratios, latencies and rounds")
    func kinds() throws {
      let report = try ExampleReport.typical()
      let standard = SuiteCharts.charts(of: "Standard", in: report)
      #expect(
        names(standard) == [
          "standard-rate", "standard-ratios", "standard-latency", "standard-latency-2", "standard-rounds",
          "standard-rounds-2",
        ])
      #expect(standard[0].summary.contains("counts from 1,000 to 50,000"))
      // The case that regressed comes first, though its count isn't the largest.
      #expect(standard[2].title == "Select, count 1,000: latency")
      #expect(
        standard[1].summary.contains("in 1 it is shown to take more time, in 1 it shows no difference"))
      let mixed = SuiteCharts.charts(of: "Mixed", in: report)
      #expect(names(mixed) == ["mixed-bars", "mixed-latency", "mixed-rounds"])
      #expect(SuiteCharts.charts(of: "none such", in: report).isEmpty)
    }

    @Test("Without rounds there is no chart of them, and intervals come from the halves of the sessions")
    func rounds() throws {
      let report = try withoutRounds(try ExampleReport.typical())
      let charts = SuiteCharts.charts(of: "Standard", in: report)
      #expect(!charts.contains { $0.name.contains("rounds") })
      #expect(charts.first?.markup.contains(#"class="s0 d""#) == true)
    }

    @Test("Of two commits, a variant's base and head have one colour, and the base is hollow")
    func commits() throws {
      let samples = World().samples(seed: Seed(1))
      let pair = VariantPair("sync@head", against: "sync@base")
      let analysis = try Analysis(of: samples, comparing: [pair], againstFirst: false)
      let identity = CaseIdentity(suite: "S", test: "Find", operations: 100)
      let report = ExampleReport.report([
        CaseReport(identity, samples: samples, analysis: analysis, placement: "anywhere")
      ])
      let charts = SuiteCharts.charts(of: "S", in: report)
      #expect(names(charts) == ["s-bars", "s-ratios", "s-latency", "s-rounds"])
      #expect(charts[1].title == "sync@head, time, head ÷ base")
      #expect(!charts[0].markup.contains(#"class="s1"#))
      #expect(charts[0].markup.contains(#"class="s0 h""#) && charts[0].markup.contains(#"class="s0 k""#))
    }

    @Test("Names are unique in a report, whatever its suites are called")
    func uniqueNames() throws {
      let suites = [
        "A", "a", "a 2", "\u{1F600}", "\u{1F601}", "chart", "a-rate", "", String(repeating: "x", count: 90),
      ]
      let report = ExampleReport.report(
        try suites.flatMap { suite in
          try [1, 10].map { count in
            try ExampleReport.report(
              of: Simulation(sessions: 2, rounds: 3), CaseIdentity(suite: suite, test: "t", operations: count)
            )
          }
        })
      let all = report.suites.flatMap { names(SuiteCharts.charts(of: $0, in: report)) }
      #expect(all.count >= 4 * suites.count && Set(all).count == all.count)
      let allowed = Set("abcdefghijklmnopqrstuvwxyz0123456789-")
      #expect(all.allSatisfy { $0.allSatisfy(allowed.contains) })
    }

    @Test("The charts of a hundred cases without rounds take less than 130 kB, in whatever tests they are")
    func size() throws {
      for tests in [100, 10] {
        let cases = try (0..<100).map { index in
          try ExampleReport.report(
            of: Simulation(sessions: 4, rounds: 6),
            CaseIdentity(suite: "S", test: "Find \(index % tests) of all", operations: 10 + index))
        }
        let report = try withoutRounds(ExampleReport.report(cases))
        let charts = SuiteCharts.charts(of: "S", in: report)
        let size = charts.reduce(0) { $0 + $1.markup.utf8.count }
        #expect(size < 130_000, "\(size)")
        #expect(charts.count < 50)
      }
    }

    @Test("Of any report that can be read they are well-formed")
    func fuzz() throws {
      let text = try JSONReportWriter().text(try FileFuzzTests.report())
      let damage = JSONDamage(text)
      var random = FuzzGenerator(seed: Fuzzing.seed)
      var read = 0
      for number in 0..<Fuzzing.inputs / 10 {
        let damaged = String(decoding: damage.damaged(by: &random), as: UTF8.self)
        guard let report = try? JSONReportWriter().report(from: damaged) else { continue }
        read += 1
        for chart in report.suites.flatMap({ SuiteCharts.charts(of: $0, in: report) }) {
          let error = WellFormed(chart.markup).error
          #expect(error == nil, "Input \(number) of seed \(Fuzzing.seed): \(chart.name)\n\(damaged)")
        }
      }
      #expect(read > Fuzzing.inputs / 500)
    }
  }
#endif
