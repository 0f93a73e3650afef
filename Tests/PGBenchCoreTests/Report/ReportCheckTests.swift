import PGMeasuring
import PGVerdicts
import Testing

@testable import PGReporting

@Suite("A report that was edited or put together")
struct ReportCheckTests {
  private static func text() throws -> String {
    let one = try ExampleReport.report(
      of: Simulation(), CaseIdentity(suite: "S", test: "t", operations: 10), clients: 3)
    return try JSONReportWriter().text(ExampleReport.report([one]))
  }

  /// The refusal of the report with a text in place of another; nil if it is read.
  private static func refusal(_ text: String) -> String? {
    do {
      _ = try JSONReportWriter().report(from: text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test("is refused where it holds numbers that no run gives, in words that name the case")
  func numbers() throws {
    let text = try Self.text()
    #expect(Self.refusal(text) == nil)
    for (pattern, other) in [
      (#"("confidence" : )0.95(,\n *"high")"#, "100"), (#"("operationsCounted" : )2()"#, "0"),
      (#"("clients" : )3()"#, "-1"),
      (#"("operationsPerSecond" : )[0-9.]+()"#, "-1"), (#"("elapsed" : )\[[^\]]*\]()"#, "[]"),
      (#"("rounds" : \[\s*\{[^}]*"variant" : )"[a-z]+"()"#, "\"zz\""),
      (#"("reference" : )"sync"()"#, "\"async\""), (#"("reference" : )"sync"()"#, "\"zz\""),
    ] {
      let expression = try Regex(pattern, as: (Substring, Substring, Substring).self)
      let wrong = text.replacing(expression, maxReplacements: 1) { "\($0.output.1)\(other)\($0.output.2)" }
      try #require(wrong != text, "\(pattern)")
      #expect(
        Self.refusal(wrong)?.contains("S / t / 10") == true, "\(pattern): \(Self.refusal(wrong) ?? "read")")
    }
  }

  @Test("is refused where it compares two variants more than once, or either way round")
  func comparisons() throws {
    let text = try Self.text()
    let first = try #require(text.firstMatch(of: /\{\s*"confidence"[^}]*"reference" : "sync"[^}]*\}/)).output
    let swapped = first.replacing("\"sync\"", with: "\"\"").replacing("\"async\"", with: "\"sync\"")
      .replacing("\"\"", with: "\"async\"")
    for other in [String(first), swapped] {
      let wrong = text.replacing(first, with: "\(first), \(other)", maxReplacements: 1)
      #expect(Self.refusal(wrong)?.contains("more than once") == true, "\(Self.refusal(wrong) ?? "read")")
    }
  }

  @Test("is refused with the place of what can't be read")
  func place() throws {
    let wrong = try Self.text().replacing(/"outcome" : "[a-zA-Z]+"/, with: "\"outcome\" : \"great\"")
    do {
      _ = try JSONReportWriter().report(from: wrong)
      Issue.record("It was read.")
    } catch let error as DecodingError {
      #expect(error.reason.hasPrefix("cases[0].gates[0]") && !error.reason.contains(".."), "\(error.reason)")
    }
  }
}
