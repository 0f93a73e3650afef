import PGMeasuring
import PGVerdicts

extension WorkerProcess {
  /// What is to be said when the program has ended though it should not have.
  func ended() -> GateFailure {
    let how =
      switch exitCode {
      case .some(let code) where code > 128: "was ended by signal \(code - 128)"
      case .some(let code): "ended with exit code \(code)"
      case nil: "hung up"
      }
    return GateFailure(
      .benchmarkFailed, "The \(side.rawValue)'s test program \(how) in \(request).\(output)")
  }

  /// What is to be said when the program said what can't be.
  func implausible(_ violation: ProtocolViolation) -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program said what can't be, in \(request): \(violation). Nothing of what it said counts.\(output)
      """)
  }

  /// What is to be said when a test failed before it came to its benchmark.
  func failed(_ ending: CaseEnding) -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      "\(ending.place) failed at the \(side.rawValue) before it came to its benchmark: \(ending.problem ?? "")"
    )
  }

  /// What is to be said when a test program failed and lacks a benchmark, though no test told of it.
  func failed(before missing: CaseIdentity) -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program failed, and has no benchmark \(missing), which the other side has.\(output)
      """)
  }

  /// What is to be said when the program ended while tests ran, as by exit(3).
  func left(_ places: [CasePlace]) -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program ended with exit code \(exitCode ?? 0) while tests ran: \
      \(places.map(\.description).sorted().joined(separator: "; ")).\(output)
      """)
  }

  /// What is to be said when the program doesn't answer.
  func unresponsive() -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program did not answer within \(patience) in \(request), and was ended. \
      If a block may take as long as that, give a longer --patience.\(output)
      """)
  }
}
