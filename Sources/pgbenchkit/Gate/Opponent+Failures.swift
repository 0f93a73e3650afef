import PGBenchCore

extension Opponent {
  /// What is to be said when the program has ended though it should not have.
  func ended() -> GateFailure {
    let how =
      switch exitCode {
      case .some(let code) where code > 128: "was ended by signal \(code - 128)"
      case .some(let code): "ended with exit code \(code)"
      case nil: "hung up"
      }
    return GateFailure(
      .benchmarkFailed, "The \(side.rawValue)'s test program \(how) in \(order).\(output)")
  }

  /// What is to be said when the program doesn't answer.
  func hung() -> GateFailure {
    GateFailure(
      .benchmarkFailed,
      """
      The \(side.rawValue)'s test program did not answer within \(patience) in \(order), and was ended. \
      If a block may take as long as that, give a longer --patience.\(output)
      """)
  }
}
