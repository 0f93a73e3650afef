/// The study's published results, in operations per second, and the difference that it printed beside them.
///
/// From the tables of AliYmn/fastapi-asyncpg-vs-psycopg2, README.md, commit 74ed1cc.
enum PublishedStudy {
  struct Row {
    let count: Int
    let async: Double
    let sync: Double
    let difference: String

    init(_ count: Int, _ async: Double, _ sync: Double, _ difference: String) {
      self.count = count
      self.async = async
      self.sync = sync
      self.difference = difference
    }
  }

  static let standard = [
    Row(10, 3801.29, 3451.66, "+10.13 %"), Row(50, 5328.41, 4602.99, "+15.76 %"),
    Row(100, 5236.95, 5140.69, "+1.87 %"), Row(500, 5229.45, 5106.91, "+2.40 %"),
    Row(1000, 5189.18, 5236.20, "−0.90 %"), Row(2000, 5202.93, 5167.63, "+0.68 %"),
    Row(5000, 4881.89, 5238.65, "−6.81 %"), Row(10000, 4899.33, 5368.84, "−8.75 %"),
    Row(20000, 5091.14, 5196.03, "−2.02 %"), Row(50000, 5180.29, 5113.43, "+1.31 %"),
  ]

  static let mixed = [
    Row(10, 1369.80, 1696.97, "−19.28 %"), Row(50, 2116.49, 2025.60, "+4.49 %"),
    Row(100, 2175.55, 2071.04, "+5.05 %"), Row(500, 1945.09, 2056.38, "−5.41 %"),
    Row(1000, 2143.12, 2137.40, "+0.27 %"), Row(2000, 1994.93, 2160.55, "−7.67 %"),
    Row(5000, 2107.17, 2119.35, "−0.57 %"), Row(10000, 2192.66, 2152.99, "+1.84 %"),
  ]

  static let parallel = Row(10000, 1612.77, 1368.14, "+17.88 %")
  static let complex = Row(10000, 2538.99, 2254.68, "+12.61 %")
  static let concurrent = Row(100_000, 2400.94, 2355.13, "+1.95 %")

  /// A file in the layout of the study's first version, which had two suites.
  static var firstLayout: String {
    """
    {"standard_tests": \(suite("standard", standard)), "mixed_tests": \(suite("mixed", mixed)),
     "timestamp": "2025-04-08 12:10:55"}
    """
  }

  /// A file in the layout of its later version, which has the advanced suites, and summaries everywhere.
  static var laterLayout: String {
    """
    {"standard": \(suite("standard", standard)), "mixed": \(suite("mixed", mixed)),
     "advanced": {
       "parallel": {"title": "Parallel", "results": {
         "overall_faster": "asyncpg", "avg_percentage_diff": 17.88, "count_analysis": {},
         "10000": \(pair(parallel))}, "summary": {"total_tests": 1}},
       "complex": {"results": {"overall_faster": "asyncpg", "10000": \(pair(complex))}},
       "concurrent": {"results": {"concurrency_analysis": {"5": {"async_wins": 1}},
         "100000": {"5": \(pair(concurrent))}}}},
     "timestamp": "2025-04-20T10:00:00"}
    """
  }

  private static func suite(_ type: String, _ rows: [Row]) -> String {
    func list(_ driver: String, _ rate: (Row) -> Double) -> String {
      let results = rows.map { row in
        let seconds = Double(row.count * 2) / rate(row)
        return """
          {"test_type": "\(driver)", "count": \(row.count), "operations": \(row.count * 2), "iterations": 3,
           "db_execution_time": \(spread(seconds)), "total_time": \(spread(seconds)),
           "operations_per_second": \(spread(rate(row)))}
          """
      }
      return "[\(results.joined(separator: ","))]"
    }
    let comparison = rows.map { row in
      "{\"count\": \(row.count), \"faster\": \"async\", \"performance_difference_percent\": 99}"
    }
    return """
      {"test_type": "\(type)", "async_results": \(list("asyncpg") { $0.async }),
       "sync_results": \(list("psycopg2") { $0.sync }), "comparison": [\(comparison.joined(separator: ","))]}
      """
  }

  private static func spread(_ value: Double) -> String {
    "{\"mean\": \(value), \"median\": \(value), \"min\": \(value), \"max\": \(value), \"stdev\": 0}"
  }

  private static func pair(_ row: Row) -> String {
    "{\"async\": \(row.async), \"sync\": \(row.sync), \"percentage_diff\": 99, \"faster\": \"psycopg2\"}"
  }
}
