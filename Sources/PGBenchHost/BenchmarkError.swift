/// Why a benchmark could not be run or came to nothing.
public struct BenchmarkError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened, and what to do about it.
  public let description: String

  /// Makes an error of a message for the person who runs the benchmark.
  public init(_ description: String) {
    self.description = description
  }
}
