import Testing

@testable import PGBenchHost
@testable import PGBenchKit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("GitHub Actions")
struct GitHubActionsTests {
  private func actions(_ more: [String: String] = [:]) throws -> GitHubActions {
    try #require(
      GitHubActions(
        environment: ["GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": "/work"].merging(more) { $1 }))
  }

  @Test("Elsewhere nothing is told")
  func elsewhere() {
    #expect(GitHubActions(environment: [:]) == nil)
    #expect(GitHubActions(environment: ["GITHUB_ACTIONS": ""]) == nil)
  }

  @Test("An annotation names the file from the workspace on, and escapes what would end it")
  func annotation() throws {
    let text = try actions().annotation(
      isError: true, path: "/work/Tests/A.swift", line: 3, title: "a, b: c", message: "50 %\nsecond: line")
    #expect(text == "::error file=Tests/A.swift,line=3,title=a%2C b%3A c::50 %25%0Asecond: line")
    let other = try actions().annotation(
      isError: false, path: "/elsewhere/A.swift", line: 1, title: "t", message: "m")
    #expect(other == "::warning file=/elsewhere/A.swift,line=1,title=t::m")
  }

  @Test("An annotation is one line, also of a text with line ends as Windows writes them")
  func lineEnds() throws {
    let text = try actions().annotation(
      isError: false, path: "A.swift", line: 1, title: "a\u{600}:b", message: "one\r\n::error::two%\u{301}")
    #expect(text == "::warning file=A.swift,line=1,title=a\u{600}%3Ab::one%0D%0A::error::two%25\u{301}")
  }

  @Test("The summary is added to what other steps have written, and never longer than GitHub takes")
  func summary() throws {
    let file = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try "before\n".write(toFile: file, atomically: true, encoding: .utf8)
    let actions = try actions(["GITHUB_STEP_SUMMARY": file])
    try actions.addSummary("# Report\n", whole: "benchmark_report.md")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "before\n# Report\n")
    try actions.addSummary(
      String(repeating: "a line of text\n", count: 100_000), whole: "benchmark_report.md")
    let text = try String(contentsOfFile: file, encoding: .utf8)
    #expect(text.utf8.count <= 1 << 20 && text.utf8.count > 1_000_000)
    #expect(text.hasSuffix("a line of text\n\n*Cut short: the whole report is in benchmark_report.md.*\n"))
  }
}
