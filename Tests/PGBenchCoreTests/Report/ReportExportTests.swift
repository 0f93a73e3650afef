import Foundation
import PGMeasuring
import PGStatistics
import PGTestSupport
import Testing

@testable import PGReporting

@Suite("Exports")
struct ReportExportTests {
  @Test("are found by their names, and an unknown name is answered with those that there are")
  func lookup() throws {
    for export in ReportExports.all { #expect(try ReportExports.named(export.name).name == export.name) }
    #expect(Set(ReportExports.all.map { $0.name }).count == ReportExports.all.count)
    let error = #expect(throws: UnknownExport.self) { try ReportExports.named("criterion") }
    let message = error?.description ?? ""
    #expect(
      message.contains("\"criterion\"") && message.contains("google-benchmark") && message.contains("csv"))
  }

  @Test("give the same text for the same report")
  func stable() throws {
    for export in ReportExports.all {
      #expect(try export.text(ExportFixture.ordinary()) == export.text(ExportFixture.ordinary()))
    }
  }

  @Test("of a report without cases are empty, but for the study's, which says what it lacks")
  func empty() throws {
    let report = ExampleReport.report([])
    for export in ReportExports.all where export.name != StudyExport.name {
      let text = try export.text(report)
      if export.fileExtension == "json" { _ = try ExportParts.json(text) }
    }
    let error = #expect(throws: StudyError.self) { try StudyExport.text(report) }
    #expect(error?.description.contains("async with sync") == true)
  }

  @Test("survive figures that are no numbers, and have none of them")
  func extremes() throws {
    for report in try ExportFixture.extremes() {
      for export in ReportExports.all {
        guard let text = try? export.text(report) else {
          #expect(export.name == StudyExport.name)
          continue
        }
        if export.fileExtension == "json" { _ = try ExportParts.json(text) }
        if export.name == "openmetrics" || export.name == "go" || export.name == "csv" {
          let words = text.split { " ,\r\n".contains($0) }
          #expect(!words.contains { ["nan", "inf", "-inf", "NaN", "Infinity"].contains($0) })
        }
      }
    }
  }

  @Test("of damaged reports are made, or refused, and never crash", .timeLimit(.minutes(Fuzzing.minutes)))
  func damaged() throws {
    let damage = JSONDamage(try JSONReportWriter().text(FileFuzzTests.report()))
    var random = FuzzGenerator(seed: Fuzzing.seed)
    var read = 0
    for _ in 0..<Fuzzing.inputs / 4 {
      let text = String(decoding: damage.damaged(by: &random), as: UTF8.self)
      guard let report = try? JSONReportWriter().report(from: text) else { continue }
      read += 1
      for export in ReportExports.all {
        guard let exported = try? export.text(report) else {
          #expect(export.name == StudyExport.name, "\(text)")
          continue
        }
        #expect(!exported.utf8.contains { $0 < 0x20 && $0 != 0x0A && $0 != 0x0D || $0 == 0x7F }, "\(text)")
      }
    }
    #expect(read > 0)
  }

  @Test("let no name act on a terminal or break a line")
  func hostileCharacters() throws {
    let report = try ExportFixture.hostile()
    for export in ReportExports.all {
      let text = try export.text(report)
      #expect(
        !text.unicodeScalars.contains {
          $0 == "\u{1B}" || $0 == "\u{0}" || $0 == "\u{202E}" || $0 == "\u{2066}"
        })
      #expect(!text.contains("\t") && (export.name == "csv" || !text.contains("\r")))
    }
  }

  @Test("name variants so that all differ, and can be read")
  func names() throws {
    let ordinary = ExportNames.variants(of: try ExportFixture.ordinary()).map(\.name)
    #expect(ordinary.first == "Standard/Select/1000/sync")
    #expect(ordinary.contains("Shop/Orders/By status/status=paid/5/call 2/async"))
    let hostile = try ExportFixture.hostile()
    let styles: [NameStyle] = [
      .readable, NameStyle(separator: ".", allows: NameStyle.isPlain, greatestLength: 60, ignoresCase: true),
    ]
    for style in styles {
      let names = ExportNames.variants(of: hostile, style).map(\.name)
      #expect(names.count == hostile.cases.count * 2)
      #expect(Set(names.map { style.ignoresCase ? $0.lowercased() : $0 }).count == names.count)
      #expect(names.allSatisfy { $0.utf8.count <= style.greatestLength })
    }
  }

  @Test("give a case the same name whatever else the report holds beside what reads like it")
  func stableNames() throws {
    func names(_ functions: [String]) throws -> [String] {
      let cases = try functions.map {
        try ExportFixture.one(
          CaseIdentity(suites: ["s"], test: "t", function: $0, operations: 1), sessions: 2)
      }
      return ExportNames.variants(of: ExampleReport.report(cases)).map(\.name)
    }
    let some = Set(try names(["f()", "g()"]))
    #expect(some.isSubset(of: Set(try names(["h()", "g()", "f()"]))))
    #expect(some.count == 4)
  }
}

@Suite("JSON of exports")
struct JSONValueTests {
  @Test("is read back as what was written, whatever is in its texts")
  func roundTrip() throws {
    for text in ExportFixture.hostileNames + ["\u{1}\u{1F}\u{7F}\u{2028}", "\\\"", "/"] {
      let value: JSONValue = ["key \(text)": .text(text), "list": [.text(text), 1, true, .number(0.1)]]
      let read = try #require(try ExportParts.json(value.file) as? [String: Any])
      #expect(read["key \(text)"] as? String == text && read.count == 2)
      #expect((read["list"] as? [Any])?.count == 4)
    }
  }

  @Test("has numbers that JSON has, and leaves out those that it hasn't")
  func numbers() throws {
    let finite = [
      0, -0.0, 1e-300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1.0 / 3, 1e16, -12345.678,
    ]
    let value = JSONValue.list(
      (finite + [.nan, .infinity, -.infinity]).map { .number($0) } + [.integer(.min)])
    let read = try JSONDecoder().decode([Double].self, from: Data(value.file.utf8))
    #expect(read == finite + [Double(Int.min)])
    #expect(JSONValue.object(["a": .number(.nan), "b": nil, "c": []]).file == "{\n  \"c\": []\n}\n")
  }
}

/// What is read back of an export.
enum ExportParts {
  /// JSON, which has to be valid.
  static func json(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
  }

  /// A list of objects, alone or below a key.
  static func objects(_ text: String, _ key: String? = nil) throws -> [[String: Any]] {
    let value = try json(text)
    guard let key else { return value as? [[String: Any]] ?? [] }
    return (value as? [String: Any])?[key] as? [[String: Any]] ?? []
  }
}
