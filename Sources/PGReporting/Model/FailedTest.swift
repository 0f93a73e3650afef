/// A test of a run that ended with an error, so that what it should have measured is missing, or not to be
/// trusted.
package struct FailedTest: Sendable, Hashable, Codable {
  /// The suite's display name.
  package let suite: String
  /// The test's display name.
  package let test: String
  /// The test's source file, such as `ShopBenchmarks/OrderBenchmarks.swift`.
  package let file: String
  /// The test's line in it.
  package let line: Int
  /// What was thrown.
  package let error: String

  /// Records a failure.
  package init(suite: String, test: String, file: String, line: Int, error: String) {
    self.suite = suite
    self.test = test
    self.file = file
    self.line = line
    self.error = error
  }

  /// Such as `Orders / Insert one (ShopBenchmarks/OrderBenchmarks.swift:12)`.
  var place: String { "\(suite) / \(test) (\(file):\(line))" }
}
