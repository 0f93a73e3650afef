/// Why a benchmark could not be run or came to nothing.
public struct BenchmarkError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What happened, and what to do about it.
  public let description: String

  /// Makes an error of a message for the person who runs the benchmark.
  public init(_ description: String) {
    self.description = description
  }
}

/// How this package was compiled.
package enum BuildMode {
  /// Whether with optimisation, whatever the configuration is called.
  package static var isOptimised: Bool { !_isDebugAssertConfiguration() }

  /// Whether plain `swift test` builds it with optimisation, as it does where this is the root package;
  /// elsewhere that takes `-c release`.
  package static var isOptimisedInDebug: Bool {
    #if DEBUG
      isOptimised
    #else
      false
    #endif
  }
}
