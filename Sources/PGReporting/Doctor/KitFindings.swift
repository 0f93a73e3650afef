/// Judges the kit itself: how it was compiled, and whether it measures elsewhere already.
enum KitFindings {
  static func of(_ facts: MachineFacts) -> [Finding] { [build(facts), lock(facts)] }

  private static func build(_ facts: MachineFacts) -> Finding {
    let subject = "build"
    if facts.isOptimised { return .good(subject, "The kit was compiled with optimisation.") }
    return .spoils(
      subject,
      "The kit was compiled without optimisation, which slows the drivers down unevenly, by 15 to 60 %.",
      remedy:
        "`swift test -c release` for benchmarks, `swift run -c release pgbench-kit doctor` for this command.")
  }

  private static func lock(_ facts: MachineFacts) -> Finding {
    let subject = "other runs"
    switch facts.isMeasuring {
    case .none:
      return .note(
        subject,
        "The lock that keeps benchmarks of this machine apart can't be opened: they may disturb each other.",
        remedy: "Make /tmp/pgbenchkit.lock readable for everybody.")
    case .some(false): return .good(subject, "No other benchmark of the kit runs on this machine.")
    case .some(true):
      return .note(
        subject,
        "Another benchmark runs on this machine, and is in what this look found. Runs wait for each other, case by case."
      )
    }
  }
}
