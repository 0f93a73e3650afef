import PGMeasuring
import PGStatistics

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Reads and writes the study's `benchmark_report.json`.
///
/// Layout: AliYmn/fastapi-asyncpg-vs-psycopg2, benchmark_test.py. Its first version (commit d5c58b8) has
/// `standard_tests` and `mixed_tests`; a later one (74ed1cc) calls them `standard` and `mixed`, and adds
/// summaries and `advanced`, whose results are keyed by count, and by clients below that. Both are read, and
/// the later one is written. Differences, wins and summaries are computed anew from the operations per
/// second, by the study's formulas, whatever the file says of them.
package enum StudyFile {
  /// Reads a file.
  ///
  /// - Returns: nil for JSON that is something else, such as a report of PGBenchKit.
  /// - Throws: `DecodingError` for what is no JSON, or damaged.
  package static func ifOne(in text: String) throws -> Study? {
    let data = Data(text.utf8)
    guard let keys = try? JSONDecoder().decode(Keys.self, from: data) else { return nil }
    guard keys.areOfStudy else { return nil }
    return try JSONDecoder().decode(Root.self, from: data).study
  }

  /// The study as JSON, in its later layout.
  ///
  /// Where async and sync were compared, the row also has the ratio of their times with its interval.
  package static func text(_ study: Study) -> String {
    var members: [String: JSONValue?] = ["timestamp": study.timestamp.map { .text($0) }]
    var advanced: [String: JSONValue?] = [:]
    for suite in study.suites {
      if suite.isAdvanced {
        advanced[suite.name] = Self.advanced(suite)
      } else {
        members[suite.name] = detailed(suite)
      }
    }
    if !advanced.isEmpty { members["advanced"] = .object(advanced) }
    return JSONValue.object(members).file
  }

  private static func detailed(_ suite: Study.Suite) -> JSONValue {
    [
      "test_type": .text(suite.name),
      "async_results": .list(suite.rows.map { result($0.count, $0.async) }),
      "sync_results": .list(suite.rows.map { result($0.count, $0.sync) }),
      "comparison": .list(
        suite.rows.map { row in
          [
            "count": .integer(row.count), "operations": row.async.details.map { .integer($0.operations) },
            "async_ops_per_second": .number(row.async.rate), "sync_ops_per_second": .number(row.sync.rate),
            "performance_difference_percent": .number(ifAny: row.percent), "faster": .text(row.winner.name),
            "time_ratio": row.ratio.map(ratio),
          ]
        }),
      "summary": [
        "overall_faster": .text(suite.wins(of: .async) > suite.wins(of: .sync) ? "async" : "sync"),
        "async_wins": .integer(suite.wins(of: .async)), "sync_wins": .integer(suite.wins(of: .sync)),
        "avg_percentage_diff": .number(ifAny: suite.meanDifference.map { $0 * 100 }),
      ],
    ]
  }

  private static func result(_ count: Int, _ figures: Study.Figures) -> JSONValue {
    guard let details = figures.details else {
      return ["count": .integer(count), "operations_per_second": ["mean": .number(figures.rate)]]
    }
    return [
      "test_type": .text(details.driver), "count": .integer(count),
      "operations": .integer(details.operations), "iterations": .integer(details.repetitions),
      "db_execution_time": spread(details.executionTime), "total_time": details.totalTime.map(spread),
      "operations_per_second": spread(details.rates),
    ]
  }

  private static func spread(_ spread: Spread) -> JSONValue {
    [
      "mean": .number(spread.mean), "median": .number(spread.median), "min": .number(spread.min),
      "max": .number(spread.max), "stdev": .number(spread.deviation),
    ]
  }

  private static func ratio(_ estimate: RatioEstimate) -> JSONValue {
    [
      "ratio": .number(estimate.ratio), "low": .number(estimate.low), "high": .number(estimate.high),
      "confidence": .number(estimate.confidence), "sessions": .integer(estimate.sessions),
      "rounds": .integer(estimate.rounds),
    ]
  }

  private static func advanced(_ suite: Study.Suite) -> JSONValue {
    var results: [String: JSONValue?] = [:]
    var byClients: [String: [String: JSONValue?]] = [:]
    for row in suite.rows {
      let figures: JSONValue = [
        "async": .number(row.async.rate), "sync": .number(row.sync.rate),
        "percentage_diff": .number(ifAny: row.percent), "faster": .text(row.winner.name),
        "time_ratio": row.ratio.map(ratio),
      ]
      if let clients = row.clients {
        byClients["\(row.count)", default: [:]]["\(clients)"] = figures
      } else {
        results["\(row.count)"] = figures
      }
    }
    for (count, figures) in byClients { results[count] = .object(figures) }
    return [
      "results": .object(results),
      "summary": [
        "async_faster_count": .integer(suite.wins(of: .async)),
        "sync_faster_count": .integer(suite.wins(of: .sync)), "total_tests": .integer(suite.rows.count),
        "avg_percentage_diff": .number(ifAny: suite.meanDifference.map { $0 * 100 }),
        "overall_faster": .text(suite.wins(of: .async) > suite.wins(of: .sync) ? "async" : "sync"),
      ],
    ]
  }
}

extension Study.Row {
  fileprivate var percent: Double? { difference.map { $0 * 100 } }
}

/// A key of whatever name.
private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// The names at the top of a file.
private struct Keys: Decodable {
  let areOfStudy: Bool

  init(from decoder: any Decoder) throws {
    let names = Set(try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue))
    let own = ["standard", "mixed", "standard_tests", "mixed_tests", "advanced"]
    areOfStudy = !names.contains("schemaVersion") && (!names.isDisjoint(with: own) || names == ["timestamp"])
  }
}

/// A whole file.
private struct Root: Decodable {
  let study: Study

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyKey.self)
    var suites: [String: [Study.Row]] = [:]
    var timestamp: String?
    for key in container.allKeys {
      let name = key.stringValue
      switch name {
      case "timestamp": timestamp = try container.decode(String.self, forKey: key)
      case "advanced":
        for (name, suite) in try container.decode([String: AdvancedSuite].self, forKey: key) {
          suites[name] = suite.rows
        }
      default:
        let suite = name.hasSuffix("_tests") ? String(name.dropLast("_tests".count)) : name
        suites[suite] = try container.decode(DetailedSuite.self, forKey: key).rows
      }
    }
    study = Study(
      timestamp: timestamp,
      suites: suites.sorted { Study.Suite.order($0.key) < Study.Suite.order($1.key) }.map { name, rows in
        Study.Suite(
          name: name,
          rows: rows.sorted { ($0.count, $0.clients ?? 0) < ($1.count, $1.clients ?? 0) })
      })
  }
}

/// The figures of a driver, as a suite of rows has them.
private struct CountResult: Decodable {
  let count: Int
  let figures: Study.Figures

  private enum CodingKeys: String, CodingKey {
    case driver = "test_type"
    case count, operations, iterations
    case executionTime = "db_execution_time"
    case totalTime = "total_time"
    case rates = "operations_per_second"
  }

  private struct Rate: Decodable { let mean: Double }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    count = try container.decode(Int.self, forKey: .count)
    let rate = try container.decode(Rate.self, forKey: .rates).mean
    guard container.contains(.executionTime) else {
      figures = Study.Figures(rate: rate, details: nil)
      return
    }
    figures = Study.Figures(
      rate: rate,
      details: Study.Details(
        driver: try container.decode(String.self, forKey: .driver),
        operations: try container.decode(Int.self, forKey: .operations),
        repetitions: try container.decode(Int.self, forKey: .iterations),
        executionTime: try container.decode(Spread.self, forKey: .executionTime),
        totalTime: try container.decodeIfPresent(Spread.self, forKey: .totalTime),
        rates: try container.decode(Spread.self, forKey: .rates)))
  }
}

/// A ratio as `StudyFile` writes it: the keys are `RatioEstimate`'s own.
private struct RatioOfCount: Decodable {
  let count: Int
  let ratio: RatioEstimate?

  private enum CodingKeys: String, CodingKey {
    case count
    case ratio = "time_ratio"
  }
}

/// A suite whose file has a list for each driver.
private struct DetailedSuite: Decodable {
  let rows: [Study.Row]

  private enum CodingKeys: String, CodingKey {
    case async = "async_results"
    case sync = "sync_results"
    case comparison
  }

  /// Pairs the drivers by their counts, as the study does: a count that only one has is left out.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let async = try container.decode([CountResult].self, forKey: .async)
    let sync = Dictionary(
      try container.decode([CountResult].self, forKey: .sync).map { ($0.count, $0.figures) },
      uniquingKeysWith: { first, _ in first })
    let ratios = Dictionary(
      try (container.decodeIfPresent([RatioOfCount].self, forKey: .comparison) ?? []).map {
        ($0.count, $0.ratio)
      }, uniquingKeysWith: { first, _ in first })
    rows = async.compactMap { one in
      sync[one.count].map {
        Study.Row(
          count: one.count, clients: nil, async: one.figures, sync: $0, ratio: ratios[one.count] ?? nil)
      }
    }
  }
}

/// A suite whose results are keyed by count, or by count and clients.
private struct AdvancedSuite: Decodable {
  let rows: [Study.Row]

  private enum CodingKeys: String, CodingKey {
    case results
  }

  private struct Pair: Decodable {
    let async: Double
    let sync: Double
    let ratio: RatioEstimate?

    private enum CodingKeys: String, CodingKey {
      case async, sync
      case ratio = "time_ratio"
    }

    func row(count: Int, clients: Int?) -> Study.Row {
      Study.Row(
        count: count, clients: clients, async: .init(rate: async, details: nil),
        sync: .init(rate: sync, details: nil), ratio: ratio)
    }
  }

  /// Keys that are no numbers hold the study's summaries.
  init(from decoder: any Decoder) throws {
    let results = try decoder.container(keyedBy: CodingKeys.self)
      .nestedContainer(keyedBy: AnyKey.self, forKey: .results)
    var rows: [Study.Row] = []
    for key in results.allKeys {
      guard let count = Int(key.stringValue) else { continue }
      let nested = try results.nestedContainer(keyedBy: AnyKey.self, forKey: key)
      guard nested.allKeys.contains(where: { $0.stringValue == "async" }) else {
        for key in nested.allKeys {
          guard let clients = Int(key.stringValue) else { continue }
          rows.append(try nested.decode(Pair.self, forKey: key).row(count: count, clients: clients))
        }
        continue
      }
      rows.append(try results.decode(Pair.self, forKey: key).row(count: count, clients: nil))
    }
    self.rows = rows
  }
}
