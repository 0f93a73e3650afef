import Foundation
import PGMeasuring
import PGStatistics
import PGSystem
import PGTestSupport
import Testing

@testable import PGReporting

@Suite("The study")
struct StudyTests {
  private func study(_ text: String) throws -> Study { try #require(try StudyFile.ifOne(in: text)) }

  private func cells(_ suite: Study.Suite, _ column: String) throws -> [String] {
    let table = StudySections.table(suite)
    let index = try #require(table.columns.firstIndex { $0.heading == column })
    return table.rows.map { $0.cells[index].text }
  }

  @Test(
    "Its published numbers come out with exactly its difference column and its wins",
    arguments: [PublishedStudy.firstLayout, PublishedStudy.laterLayout])
  func published(text: String) throws {
    let study = try study(text)
    for (name, rows, wins) in [
      ("standard", PublishedStudy.standard, (6, 4)), ("mixed", PublishedStudy.mixed, (4, 4)),
    ] {
      let suite = try #require(study.suites.first { $0.name == name })
      #expect(try cells(suite, "difference") == rows.map(\.difference))
      #expect(try cells(suite, "count") == rows.map { Format.count($0.count) })
      #expect(suite.rows.map(\.async.rate) == rows.map(\.async))
      #expect(suite.rows.map(\.winner) == rows.map { $0.async > $0.sync ? .async : .sync })
      #expect((suite.wins(of: .async), suite.wins(of: .sync)) == wins)
    }
  }

  @Test("Its advanced suites come out as they were published, with the clients")
  func advanced() throws {
    let study = try study(PublishedStudy.laterLayout)
    #expect(study.suites.map(\.name) == ["standard", "mixed", "parallel", "complex", "concurrent"])
    for (name, row) in [
      ("parallel", PublishedStudy.parallel), ("complex", PublishedStudy.complex),
      ("concurrent", PublishedStudy.concurrent),
    ] {
      let suite = try #require(study.suites.first { $0.name == name })
      #expect(try cells(suite, "difference") == [row.difference])
      #expect(suite.wins(of: .async) == 1)
      #expect(suite.rows.map(\.clients) == [name == "concurrent" ? 5 : nil])
    }
  }

  @Test(
    "Its document says that no number has an interval, shows two decimals as it did, and calls none faster")
  func document() throws {
    let document = ReportDocument(try study(PublishedStudy.laterLayout))
    for text in [TerminalRenderer().text(document), MarkdownRenderer().text(document)] {
      #expect(text.contains("carry no interval") && text.contains("nothing here is faster for certain"))
      #expect(text.contains("3,801.29") && text.contains("+10.13 %") && text.contains("2,355.13"))
      #expect(text.contains("Wins: async 6, sync 4, of 10 rows."))
      #expect(!text.contains("| faster |"))
    }
  }

  @Test("What is read is written so that it is read again as the same")
  func roundTrip() throws {
    for text in [PublishedStudy.firstLayout, PublishedStudy.laterLayout] {
      let study = try study(text)
      #expect(try self.study(StudyFile.text(study)) == study)
    }
    let own = try Study(ExportFixture.ordinary())
    #expect(try study(StudyFile.text(own)) == own)
  }

  @Test("A report in its layout has the drivers' figures, their difference, and the interval that it lacked")
  func export() throws {
    let report = try ExportFixture.ordinary()
    let root = try ExportParts.json(StudyExport.text(report)) as? [String: Any]
    let standard = try #require(root?["standard"] as? [String: Any])
    let comparison = try #require(standard["comparison"] as? [[String: Any]])
    #expect(comparison.map { $0["count"] as? Int } == [1_000, 50_000])
    #expect(comparison.map { $0["operations"] as? Int } == [2_000, 100_000])
    let ratio = try #require(comparison[0]["time_ratio"] as? [String: Any])
    let low = try #require(ratio["low"] as? Double)
    #expect(abs(low - report.cases[0].comparisons[0].estimate.low) < 1e-9)
    let result = try #require((standard["async_results"] as? [[String: Any]])?.first)
    #expect(result["iterations"] as? Int == 10 && result["test_type"] as? String == "async")
    let execution = try #require((result["db_execution_time"] as? [String: Double])?["mean"])
    let total = try #require((result["total_time"] as? [String: Double])?["mean"])
    let rate = try #require((result["operations_per_second"] as? [String: Double])?["mean"])
    // The mean of inverses is a little more than the inverse of the mean.
    #expect(abs(rate * execution / 2_000 - 1) < 0.05)
    let measured = try #require(report.cases[0][.async]).operationsPerSecond
    #expect(abs(rate / measured - 1) < 0.05, "\(rate), and in the report \(measured)")
    // Connecting took three milliseconds.
    #expect(abs(total - execution - 0.003) < 1e-6)
    let concurrent = (root?["advanced"] as? [String: Any])?["concurrent"] as? [String: Any]
    let results = concurrent?["results"] as? [String: [String: Any]]
    #expect(results?["100000"]?.keys.sorted() == ["5"])
    let document = ReportDocument(try Study(report))
    let text = MarkdownRenderer().text(document)
    #expect(text.contains("time ÷ sync's") && !text.contains("carry no interval"))
  }

  @Test("A report without both drivers is refused, and another JSON file is no study")
  func refused() throws {
    let one = try ExportFixture.one(
      CaseIdentity(suite: "s", test: "t", operations: 1), sessions: 2, variants: ["left", "right"])
    #expect(throws: StudyError.lacksBothDrivers) { try Study(ExampleReport.report([one])) }
    let own = try JSONReportWriter().text(ExportFixture.ordinary())
    #expect(try StudyFile.ifOne(in: own) == nil)
    for text in ["{}", "[]", "3", "no JSON", "{\"cells\": []}"] {
      #expect(try StudyFile.ifOne(in: text) == nil)
    }
    #expect(throws: DecodingError.self) { try StudyFile.ifOne(in: "{\"standard\": 3}") }
  }

  @Test("A rate of nothing has no difference, and names of a file act on nothing")
  func extremes() throws {
    let zero = PublishedStudy.laterLayout.replacing("1368.14", with: "0").replacing("2254.68", with: "-1e308")
      .replacing("\"mixed\"", with: "\"\\u001b[31m<b>|\"")
    let study = try study(zero)
    #expect(study.suites.first { $0.name == "parallel" }?.rows.first?.difference == nil)
    let document = ReportDocument(study)
    for text in [TerminalRenderer().text(document), MarkdownRenderer().text(document)] {
      #expect(!text.contains("\u{1B}"))
    }
    #expect(MarkdownRenderer().text(document).replacing("\\<", with: "").contains("<") == false)
    #expect(try StudyFile.ifOne(in: StudyFile.text(study)) != nil)
  }

  @Test("Damaged files are refused or shown, whatever they hold", .timeLimit(.minutes(Fuzzing.minutes)))
  func damaged() throws {
    let damage = JSONDamage(PublishedStudy.laterLayout)
    var random = FuzzGenerator(seed: Fuzzing.seed)
    var read = 0
    for _ in 0..<Fuzzing.inputs {
      let text = String(decoding: damage.damaged(by: &random), as: UTF8.self)
      guard let study = try? StudyFile.ifOne(in: text) else { continue }
      read += 1
      let document = ReportDocument(study)
      for shown in [TerminalRenderer().text(document), MarkdownRenderer().text(document)] {
        #expect(!shown.utf8.contains { $0 < 0x20 && $0 != 0x0A || $0 == 0x7F }, "\(text)")
      }
      #expect(!StudyFile.text(study).isEmpty)
    }
    #expect(read > Fuzzing.inputs / 50)
  }
}
