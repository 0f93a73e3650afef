/// The charts of a suite.
package enum SuiteCharts {
  /// None yet.
  package static func charts(of suite: String, in report: BenchmarkReport) -> [Chart] { [] }
}
