import Foundation
import PGMeasuring
import PGReporting
import Testing

@Suite("JSONReportWriter")
struct JSONReportWriterTests {
  private let writer = JSONReportWriter()

  @Test("What is written is read back, to the last digit")
  func roundTrip() throws {
    let report = try ExampleReport.typical()
    #expect(try writer.report(from: writer.text(report)) == report)
  }

  @Test("The comparison is computed again from the round data of a report")
  func roundData() throws {
    let report = try writer.report(from: writer.text(ExampleReport.typical()))
    let first = try #require(report.cases.first)
    let estimate = try PairedRatio.estimate(of: first.rounds[1].blocks, against: first.rounds[0].blocks)
    #expect(estimate == first.comparisons.first?.estimate)
  }

  @Test("The same report gives the same text, keys in order, columns of rounds on one line each")
  func layout() throws {
    let text = try writer.text(ExampleReport.typical())
    #expect(try writer.text(ExampleReport.typical()) == text)
    let lines = text.split(separator: "\n")
    let columns = lines.filter { $0.contains("\"elapsed\"") }
    #expect(columns.count == 12 && columns.allSatisfy { $0.hasSuffix("],") })
    #expect(lines.count < 700)
    let keys = ["\"cases\"", "\"environment\"", "\"schemaVersion\"", "\"warnings\""]
    let places = keys.compactMap { text.range(of: "\n  \($0)")?.lowerBound }
    #expect(places.count == 4 && places == places.sorted())
  }

  @Test("Brackets, quotes and numbers in names survive the layout")
  func strings() throws {
    let name = "[1,\n 2] \"quoted\\\" [3,4] [ 5 ]"
    let report = ExampleReport.report([
      try ExampleReport.report(of: Simulation(), CaseIdentity(suite: name, test: name, operations: 1))
    ])
    #expect(try writer.report(from: writer.text(report)).cases.first?.suite == name)
  }

  @Test("The seed keeps all of its 64 bits in readers that know doubles only")
  func seed() throws {
    #expect(try writer.text(ExampleReport.typical()).contains("\"seed\" : \"18446744073709551615\""))
  }

  @Test("A report of a later schema, or no report, is refused with a reason")
  func refused() throws {
    let later = try writer.text(ExampleReport.typical())
      .replacing("\"schemaVersion\" : 3", with: "\"schemaVersion\" : 4")
    let error = #expect(throws: DecodingError.self) { try writer.report(from: later) }
    #expect(String(describing: error).contains("schema version 4"))
    #expect(throws: DecodingError.self) { try writer.report(from: "{}") }
    #expect(throws: DecodingError.self) { try writer.report(from: "not JSON") }
  }

  @Test("A report that holds a case or a variant twice is refused, and the message names it")
  func twice() throws {
    let simulation = Simulation()
    let one = try ExampleReport.report(of: simulation, CaseIdentity(suite: "S", test: "a", operations: 1))
    let two = try writer.text(ExampleReport.report([one, one]))
    let error = #expect(throws: DecodingError.self) { try writer.report(from: two) }
    #expect(String(describing: error).contains("S / a / 1"))
    let variants = try writer.text(ExampleReport.report([one])).replacing(
      "\"variant\" : \"async\"", with: "\"variant\" : \"sync\"")
    #expect(throws: DecodingError.self) {
      try writer.report(from: variants.replacing("\"name\" : \"async\"", with: "\"name\" : \"sync\""))
    }
  }

  @Test("What is written is valid by the published JSON Schema")
  func schema() throws {
    let schema = try JSONSchema.published()
    let report = try writer.text(ExampleReport.typical())
    #expect(schema.problems(in: try JSONSerialization.jsonObject(with: Data(report.utf8))) == [])
  }

  @Test("The published JSON Schema does refuse what is wrong")
  func schemaBites() throws {
    let schema = try JSONSchema.published()
    let report = try writer.text(ExampleReport.typical())
    for (good, bad) in [
      ("\"schemaVersion\" : 3", "\"schemaVersion\" : 2"), ("\"p999\"", "\"p9999\""),
      ("\"outcome\" : \"regressed\"", "\"outcome\" : \"lost\""), ("\"cores\" : 2", "\"cores\" : \"two\""),
    ] {
      let wrong = report.replacing(good, with: bad)
      #expect(wrong != report)
      #expect(!schema.problems(in: try JSONSerialization.jsonObject(with: Data(wrong.utf8))).isEmpty)
    }
  }
}
