/// Which benchmark case: a suite, a test of it, and the count that the sweep handed to the test.
public struct CaseIdentity: Sendable, Hashable, Codable {
  /// The suite's display name.
  public let suite: String

  /// The test's display name.
  public let test: String

  /// The count of the sweep: how many iterations of the test's body a variant runs at least.
  public let operations: Int

  /// Names a case.
  public init(suite: String, test: String, operations: Int) {
    self.suite = suite
    self.test = test
    self.operations = operations
  }
}

extension CaseIdentity: CustomStringConvertible {
  /// Such as `Users / Find a user by name / 1000`; stable, and so fit to derive a seed from.
  public var description: String { "\(suite) / \(test) / \(operations)" }
}
