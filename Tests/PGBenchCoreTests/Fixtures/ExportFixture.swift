import Foundation
import PGMeasuring
import PGReporting
import PGSystem

/// Reports for exports: an ordinary one, one with hostile names, one with extreme numbers.
enum ExportFixture {
  /// Two suites, metrics, connects, clients, and a case with a single session.
  static func ordinary() throws -> BenchmarkReport {
    ExampleReport.report(
      try [
        CaseIdentity(suite: "Standard", test: "Select", operations: 1_000),
        CaseIdentity(suite: "Standard", test: "Select", operations: 50_000),
        CaseIdentity(suite: "Mixed", test: "Mixed", operations: 10),
        CaseIdentity(suite: "Concurrent", test: "Concurrent", operations: 100_000),
        CaseIdentity(
          suites: ["Shop", "Orders"], test: "By status", arguments: [.init(name: "status", value: "paid")],
          operations: 5, call: 2),
      ].map { try one($0, sessions: $0.suite == "Mixed" ? 1 : 10) })
  }

  /// A case with everything that a run measures.
  static func one(_ identity: CaseIdentity, sessions: Int = 10, variants: [Variant] = [.sync, .async]) throws
    -> CaseReport
  {
    var samples = Simulation(sessions: sessions, rounds: 3).samples(seed: Seed(7))
    for index in samples.series.indices {
      let series = samples.series[index]
      samples.series[index] = SampleSet.Series(
        variant: variants[index],
        blocks: series.blocks.map {
          Block(
            session: $0.session, round: $0.round, operations: $0.operations, elapsed: $0.elapsed,
            usage: [.clientCPU: 3000, .allocations: 6 * 50, .allocatedBytes: 400 * 50])
        }, latencies: series.latencies)
      samples.series[index].openings = (0..<sessions).map { 3_000_000 + $0 }
      samples.series[index].attribution = [MetricSummary(.statements, .notAvailable(reason: "no server"))]
    }
    return CaseReport(
      identity, samples: samples, analysis: try Analysis(of: samples, operationsCounted: 2),
      clients: identity.test == "Concurrent" ? 5 : 1, placement: "one CPU", operationsCounted: 2)
  }

  /// Names that would break a format that took them as they are.
  static let hostileNames = [
    "<b>bold</b>", "\"quoted\" \\ 'n' `x`", "two\nlines\r\nand\ttab", "😀👩‍👩‍👧 emoji",
    "\u{202E}right to left\u{2066}",
    String(repeating: "x", count: 299) + "1", String(repeating: "x", count: 299) + "2", "\u{1B}[31mred\u{0}",
    "", " ", "a/b", "a", "b", "=1+1", " =1+1", "\t@a", "{label=\"x\"} 1 # EOF", "a,b;c", "-bencher-ignore",
    "..", "A",
  ]

  /// Each of the names as a suite, a test, an argument and a variant.
  static func hostile() throws -> BenchmarkReport {
    let few = ["<b>bold</b>", "a", "a/b"]
    let identities =
      hostileNames.map { CaseIdentity(suites: [$0], test: "t", operations: 1) }
      + hostileNames.map { CaseIdentity(suites: ["s"], test: $0, operations: 1) }
      + hostileNames.map {
        CaseIdentity(suites: ["a"], test: "t", arguments: [.init(name: $0, value: $0)], operations: 1)
      }
      // Read alike, and are not the same.
      + [
        CaseIdentity(suites: ["a", "b"], test: "t", operations: 1),
        CaseIdentity(suites: ["a"], test: "b", operations: 1),
        CaseIdentity(suites: ["dot"], test: "t", function: "f()", operations: 1),
        CaseIdentity(suites: ["dot"], test: "t", function: "g()", operations: 1),
      ]
    let cases = try identities.map { try one($0, sessions: 2) }
    let variants = try few.map { name in
      try one(
        CaseIdentity(suite: "variants", test: name, operations: 1), sessions: 2,
        variants: [Variant(name), Variant(name + "\n")])
    }
    return ExampleReport.report(cases + variants)
  }

  /// Reports whose figures are all the same extreme: no numbers, or the greatest there are.
  static func extremes() throws -> [BenchmarkReport] {
    let text = try JSONReportWriter().text(ordinary())
    let whole = try JSONSerialization.jsonObject(with: Data(text.utf8))
    let figures: [(figure: Any, number: Int)] = [
      ("nan", Int.max), ("inf", Int.min), ("-inf", 0), (0, 0), (-1, -1), (Double.greatestFiniteMagnitude, 1),
      (Double.leastNonzeroMagnitude, Int.max),
    ]
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try figures.map { figure, number in
      let data = try JSONSerialization.data(withJSONObject: replaced(whole, figure, number))
      return try decoder.decode(BenchmarkReport.self, from: data)
    }
  }

  private static let fractions: Set<String> = [
    "operationsPerSecond", "ratio", "low", "high", "confidence", "value", "client", "server", "halfWidth",
    "smallestDetectableChange", "mean",
  ]

  /// Puts a figure in the place of all fractions, and a number in the place of all whole ones.
  private static func replaced(_ value: Any, _ figure: Any, _ number: Int, key: String = "") -> Any {
    switch value {
    case let object as [String: Any]:
      let isLatency = object["p999"] != nil
      return Dictionary(
        uniqueKeysWithValues: object.map { key, value in
          (key, replaced(value, isLatency ? number : figure, number, key: key))
        })
    case let list as [Any]: return list.map { replaced($0, figure, number, key: key) }
    case is String: return value
    case is NSNumber where fractions.contains(key):
      return figure
    case is NSNumber where key != "schemaVersion": return number
    default: return value
    }
  }
}
