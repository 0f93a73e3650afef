import Foundation
import PGMeasuring
import PGStatistics
import Testing

@testable import PGReporting

@Suite("The form of exports")
struct ExportFormatTests {
  private let select = "Standard/Select/1000/async"

  @Test("Google Benchmark: a repetition for each session, and the aggregates of several")
  func googleBenchmark() throws {
    let text = try GoogleBenchmarkExport.text(ExportFixture.ordinary())
    let root = try #require(try ExportParts.json(text) as? [String: Any])
    let context = try #require(root["context"] as? [String: Any])
    #expect(context["json_schema_version"] as? Int == 1 && context["num_cpus"] as? Int == 2)
    let entries = try ExportParts.objects(text, "benchmarks")
    let own = entries.filter { $0["run_name"] as? String == select }
    let repetitions = own.filter { $0["run_type"] as? String == "iteration" }
    #expect(repetitions.count == 10 && repetitions.allSatisfy { $0["repetitions"] as? Int == 10 })
    #expect(repetitions.map { $0["repetition_index"] as? Int } == Array(0..<10))
    #expect(own.compactMap { $0["aggregate_name"] as? String } == ["mean", "median", "stddev"])
    let times = repetitions.compactMap { $0["real_time"] as? Double }
    let mean = own.first { $0["aggregate_name"] as? String == "mean" }?["real_time"] as? Double
    #expect(abs(times.reduce(0, +) / 10 - (mean ?? 0)) < 1e-6)
    // 60 ns for a run of the body, which counts as two operations, as the times do.
    #expect(repetitions.allSatisfy { $0["cpu_time"] as? Double == 30 })
    let single = entries.filter { $0["run_name"] as? String == "Mixed/Mixed/10/sync" }
    #expect(single.count == 1 && single[0]["run_type"] as? String == "iteration")
  }

  @Test("Go: a line for each session, and words that its parser takes")
  func go() throws {
    let text = try GoExport.text(ExportFixture.ordinary())
    let lines = text.split(separator: "\n")
    let name = "BenchmarkStandard/test=Select/operations=1000/variant=async-2"
    #expect(lines.count { $0.hasPrefix("\(name) ") && $0.contains(" ns/op") } == 10)
    #expect(lines.count { $0.hasPrefix("\(name) ") && $0.contains(" allocations/op") } == 1)
    // Of every other configuration benchstat would make another table.
    let configuration = lines.prefix { !$0.hasPrefix("Unit") }.filter { !$0.hasPrefix("# ") }
    #expect(configuration == ["cpu: Example CPU"] && lines.contains { $0.hasPrefix("# started: ") })
    #expect(lines.contains("Unit ns/op better=lower") && lines.contains("Unit allocations/op assume=exact"))
    for report in [try ExportFixture.ordinary(), try ExportFixture.hostile()] {
      for line in try GoExport.text(report).split(separator: "\n") where line.hasPrefix("Benchmark") {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false)
        #expect(fields.count >= 4 && fields.count.isMultiple(of: 2), "\(line)")
        #expect(fields[0].dropFirst("Benchmark".count).first?.isUppercase == true, "\(line)")
        #expect(fields[0].hasSuffix("-2") && Int(fields[1]) != nil && Double(fields[2]) != nil, "\(line)")
      }
    }
  }

  @Test("Go: where a run of the body counts as several operations, times and rates are of one of them")
  func goOperations() throws {
    let one = try ExampleReport.report(
      of: Simulation(), CaseIdentity(suite: "S", test: "t", operations: 10))
    #expect(one.operationsCounted == 2)
    let lines = try GoExport.text(ExampleReport.report([one])).split(separator: "\n")
    let sessions = lines.filter { $0.contains(" ops/s") && $0.hasPrefix("Benchmark") }
    #expect(sessions.count == 16)
    for line in sessions {
      let fields = line.split(separator: " ")
      let (time, rate) = (try #require(Double(fields[2])), try #require(Double(fields[4])))
      #expect(abs(time * rate / 1e9 - 1) < 1e-9, "\(line)")
    }
  }

  @Test("pytest-benchmark: the figures that it computes of the same rounds")
  func pytest() throws {
    let entries = try ExportParts.objects(PytestBenchmarkExport.text(ExportFixture.ordinary()), "benchmarks")
    let own = try #require(entries.first { $0["fullname"] as? String == select })
    #expect(own["group"] as? String == "Standard/Select/1000")
    let stats = try #require(own["stats"] as? [String: Any])
    #expect(stats["rounds"] as? Int == 30 && (stats["data"] as? [Double])?.count == 30)
    #expect(stats["iterations"] as? Int == 100)
    let keys = [
      "min", "max", "mean", "stddev", "median", "iqr", "q1", "q3", "ops", "total", "ld15iqr", "hd15iqr",
    ]
    #expect(keys.allSatisfy { stats[$0] is Double } && stats["outliers"] is String)
  }

  /// Expected: pytest-benchmark 5.2.3, `Stats` with these data.
  @Test(
    "pytest-benchmark's quartiles and outliers",
    arguments: [
      ([1.0], 1.0, 1.0, "0;0"), ([1, 2, 3, 4], 1.5, 3.5, "2;0"), ([1, 2, 3, 4, 100], 1.75, 28, "1;1"),
      ([1, 2, 3], 1.25, 2.75, "0;0"), ([1, 2, 3, 4, 5, 6, 7], 2.25, 5.75, "2;0"),
    ])
  func quartiles(data: [Double], q1: Double, q3: Double, outliers: String) throws {
    let stats = try #require(PytestBenchmarkExport.stats(of: data))
    #expect(stats["q1"] == JSONValue.number(q1) && stats["q3"] == JSONValue.number(q3))
    #expect(stats["outliers"] == JSONValue.text(outliers))
  }

  @Test("github-action-benchmark: a value with its unit and range")
  func gitHubAction() throws {
    let entries = try ExportParts.objects(GitHubActionBenchmarkExport.text(ExportFixture.ordinary()))
    let own = try #require(entries.first { $0["name"] as? String == select })
    #expect(own["unit"] as? String == "ns/op" && own["value"] is Double)
    #expect((own["range"] as? String)?.hasPrefix("± ") == true)
    let single = entries.first { $0["name"] as? String == "Mixed/Mixed/10/sync" }
    #expect(single != nil && single?["range"] == nil)
  }

  @Test("Bencher: the value lies between its ends, and a single session has none")
  func bencher() throws {
    let root = try ExportParts.json(BencherExport.text(ExportFixture.ordinary()))
    let results = try #require(root as? [String: [String: [String: Double]]])
    for measure in ["latency", "throughput"] {
      let metric = try #require(results[select]?[measure])
      let (low, value, high) = (metric["lower_value"], metric["value"], metric["upper_value"])
      #expect(try #require(low) < #require(value) && #require(value) < #require(high))
    }
    #expect(results["Mixed/Mixed/10/sync"]?["latency"]?.count == 1)
    #expect(results[select]?["allocations-count"]?["value"] == 3)
    #expect(results[select]?["client-cpu-nanoseconds"]?["value"] == 30)
    // A run of the body counts as two operations.
    #expect(results[select]?["run-latency-p50"] != nil && results[select]?["latency-p50"] == nil)
    let hostile = try ExportParts.json(BencherExport.text(ExportFixture.hostile())) as? [String: Any]
    #expect(hostile?.keys.contains { $0.hasSuffix("-bencher-ignore") } == false)
    #expect(hostile?.keys.allSatisfy { $0.utf8.count <= 1024 } == true)
  }

  @Test("JMH: sessions are forks, and what it tells benchmarks apart by is unique")
  func jmh() throws {
    let entries = try ExportParts.objects(JMHExport.text(ExportFixture.ordinary()))
    let own = try #require(
      entries.first {
        let parameters = $0["params"] as? [String: String]
        return parameters == ["operations": "1000", "variant": "async"]
      })
    #expect(own["benchmark"] as? String == "Standard.Select" && own["forks"] as? Int == 10)
    let metric = try #require(own["primaryMetric"] as? [String: Any])
    #expect((metric["rawData"] as? [[Double]])?.map(\.count) == Array(repeating: 3, count: 10))
    #expect(
      metric["score"] is Double && metric["scoreError"] is Double && metric["scoreUnit"] as? String == "ns/op"
    )
    #expect((metric["scorePercentiles"] as? [String: Double])?.count == 10)
    let single = try #require(entries.first { $0["benchmark"] as? String == "Mixed.Mixed" })
    #expect((single["primaryMetric"] as? [String: Any])?["scoreError"] as? String == "NaN")
    let hostile = try ExportParts.objects(JMHExport.text(ExportFixture.hostile()))
    let keys = hostile.map {
      "\($0["benchmark"] ?? "") \(($0["params"] as? [String: String] ?? [:]).sorted { $0.key < $1.key })"
    }
    #expect(Set(keys).count == keys.count && keys.count > 100)
    let names = hostile.compactMap { $0["benchmark"] as? String }
    #expect(
      names.allSatisfy { name in
        name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._".contains($0)) }
      })
  }

  @Test("HdrHistogram: values rise with their percentiles, and a file has one distribution")
  func hgrm() throws {
    let report = try ExportFixture.ordinary()
    let files = try HdrHistogramExport.files(report)
    #expect(files.count == 10 && files[1].name == "Standard.Select.1000.async.hgrm")
    let latency = try #require(report.cases[0][.async]?.latency)
    let rows = files[1].text.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst().map { line in
      line.split(separator: " ").compactMap { Double($0) }
    }
    #expect(rows.count == latency.supported.count + 2)
    #expect(
      rows.map { $0[0] } == rows.map { $0[0] }.sorted() && rows.map { $0[2] } == rows.map { $0[2] }.sorted())
    #expect(rows[1][0] == Double(latency.p50.wholeNanoseconds) / 1000 && rows[1][1] == 0.5 && rows[1][3] == 2)
    #expect(rows.last?[1] == 1 && rows.last?[2] == Double(latency.count) && rows.last?.count == 3)
    let hostile = try HdrHistogramExport.files(ExportFixture.hostile())
    #expect(Set(hostile.map { $0.name.lowercased() }).count == hostile.count)
    #expect(
      hostile.allSatisfy { $0.name.utf8.count <= 255 && !$0.name.contains("/") && !$0.name.hasPrefix(".") })
  }

  @Test("OpenMetrics: families in one piece, no series twice, and an end")
  func openMetrics() throws {
    for report in [try ExportFixture.ordinary(), try ExportFixture.hostile()] {
      let text = try OpenMetricsExport.text(report)
      #expect(text.hasSuffix("\n# EOF\n"))
      let lines = text.split(separator: "\n")
      let families = lines.filter { $0.hasPrefix("# TYPE ") }.map { $0.split(separator: " ")[2] }
      #expect(Set(families).count == families.count)
      let samples = lines.filter { !$0.hasPrefix("#") }.map {
        $0.prefix(upTo: $0.lastIndex(of: " ") ?? $0.endIndex)
      }
      #expect(Set(samples).count == samples.count)
    }
    let text = try OpenMetricsExport.text(ExportFixture.ordinary())
    #expect(text.contains("# UNIT pgbenchkit_latency_seconds seconds"))
    #expect(text.contains("variant=\"async\",operations_counted=\"2\",quantile=\"0.99\"} "))
    #expect(text.contains("metric=\"allocations\"} 3.0"))
  }

  @Test("Chrome trace: blocks end to end, nothing at once, and the metadata says that starts are not known")
  func chromeTrace() throws {
    let text = try ChromeTraceExport.text(ExportFixture.ordinary())
    let root = try #require(try ExportParts.json(text) as? [String: Any])
    #expect((root["otherData"] as? [String: Any])?["times"] as? String == ChromeTraceExport.note)
    let events = try ExportParts.objects(text, "traceEvents")
    let blocks = events.filter { $0["ph"] as? String == "X" }
    // Two variants of four cases with ten sessions and of one with a single one; a session connects, and has three
    // rounds.
    #expect(blocks.count == 328)
    var end = 0.0
    for block in blocks {
      let start = try #require(block["ts"] as? Double)
      #expect(abs(start - end) < 0.01)
      end = start + (try #require(block["dur"] as? Double))
    }
    #expect(events.filter { $0["name"] as? String == "process_name" }.count == 5)
  }

  @Test("CSV: a row for each variant, each with as many fields as the header")
  func csv() throws {
    for report in [try ExportFixture.ordinary(), try ExportFixture.hostile()] {
      let rows = try CSVFields.rows(CSVExport.text(report))
      #expect(rows.count == 1 + report.cases.count * 2)
      #expect(rows.allSatisfy { $0.count == rows[0].count })
      #expect(!rows.joined().contains { ["=", "@"].contains($0.drop(while: \.isWhitespace).first) })
      let name = try #require(rows[0].firstIndex(of: "name"))
      #expect(Set(rows.dropFirst().map { $0[name] }).count == rows.count - 1)
    }
    let rows = try CSVFields.rows(CSVExport.text(ExportFixture.ordinary()))
    let ratio = try #require(rows[0].firstIndex(of: "time_ratio"))
    let allocations = try #require(rows[0].firstIndex(of: "allocations (count)"))
    // A run of the body makes 6 of them, and counts as two operations.
    #expect(rows[1][ratio] == "" && Double(rows[2][ratio]) != nil && rows[1][allocations] == "3.0")
  }
}

/// A reader of RFC 4180, as strict as it is.
enum CSVFields {
  struct Failure: Error {}

  static func rows(_ text: String) throws -> [[String]] {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var isQuoted = false
    var rest = Array(text.unicodeScalars)[...]
    while let scalar = rest.popFirst() {
      if isQuoted {
        if scalar == "\"", rest.first == "\"" {
          field.unicodeScalars.append("\"")
          rest.removeFirst()
        } else if scalar == "\"" {
          isQuoted = false
        } else {
          field.unicodeScalars.append(scalar)
        }
      } else if scalar == "\"" {
        guard field.isEmpty else { throw Failure() }
        isQuoted = true
      } else if scalar == "," {
        row.append(field)
        field = ""
      } else if scalar == "\r" {
        guard rest.popFirst() == "\n" else { throw Failure() }
        rows.append(row + [field])
        row = []
        field = ""
      } else {
        guard scalar != "\n" else { throw Failure() }
        field.unicodeScalars.append(scalar)
      }
    }
    guard row.isEmpty, field.isEmpty, !isQuoted else { throw Failure() }
    return rows
  }
}
