import ArgumentParser

/// Why two commits could not be compared: a message for the person at the terminal, and the exit code.
struct GateFailure: Error, CustomStringConvertible {
  /// What the exit codes of `pgbench-kit gate` mean, besides those of a comparison that was made.
  enum Reason: Int32, CaseIterable {
    case baseDoesNotBuild = 3
    case headDoesNotBuild = 4
    case noBenchmarks = 5
    case otherProtocol = 6
    case benchmarkFailed = 7
    case serverFailed = 8
    case gitFailed = 9
    case unoptimised = 10
    case machineRefused = 11

    /// One line of the help.
    var help: String {
      switch self {
      case .baseDoesNotBuild: "the base does not build"
      case .headDoesNotBuild: "the head does not build"
      case .noBenchmarks: "a side has no benchmarks"
      case .otherProtocol: "a side's PGBenchKit is of another version, which speaks another protocol"
      case .benchmarkFailed:
        "a benchmark or its test failed, or its test program crashed, hung, or said what can't be"
      case .serverFailed: "no PostgreSQL server could be had, or it ended in mid-run"
      case .gitFailed: "git does not know the commit, or this is no repository"
      case .unoptimised: "a side was compiled without optimisation"
      case .machineRefused: "the system refused a file, a socket or a process"
      }
    }
  }

  let reason: Reason
  let description: String

  init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}
