import CPGSystem
import PGBenchHost
import PGDriver
import PGMeasuring
import PGReporting
import PGSystem

// How a run ends, in whichever way: what was asked for is delivered, or the run fails.
extension BenchmarkRun {
  /// Sees to it that the run's results are delivered however the process ends; to be called before any test
  /// runs.
  func expectEnd() {
    let isFirst = state.withLock { state in
      defer { state.isRegistered = true }
      return !state.isRegistered
    }
    guard isFirst else { return }
    _ = ExitCleanup.register { BenchmarkRun.shared.end(by: nil) }
    EndingSignals.precede {
      BenchmarkRun.shared.end(by: $0)
      // On a server that others use too, nothing else drops the databases.
      ExitCleanup.perform()
    }
    // As in `swift test | head`: the report is wanted even if no one is reading the output any more.
    pg_system_survive_broken_pipes()
  }

  /// Says that a test begins, or ends: a process that exits while one runs leaves a run that isn't whole.
  func testBegins() { state.withLock { $0.running += 1 } }
  func testEnds() { state.withLock { $0.running -= 1 } }

  /// Makes sure, once and before anything is measured, that the results can be written where they are wanted.
  ///
  /// - Throws: `BenchmarkError` that says what can't be written, and what to do.
  func prepareDelivery() throws(BenchmarkError) {
    if let known = state.withLock({ $0.isPrepared }) { return try known.get() }
    let settings = try settings.get()
    let result = Result { () throws(BenchmarkError) in try RunDelivery(settings).probe() }
    state.withLock { $0.isPrepared = result }
    try result.get()
  }

  /// Writes what there is while the run goes on.
  func writeMeanwhile() {
    guard let settings = try? settings.get() else { return }
    var delivery = RunDelivery(settings)
    writing.withLock { _ in
      guard !state.withLock(\.hasEnded),
        let report = report(incomplete: "the run had not ended when this was written")
      else { return }
      delivery.write(report)
    }
    // The end tells of what can't be written; this may pass until then.
    if let failure = delivery.failures.first, isFirst("meanwhile") { Console.standardError("\(failure)\n") }
  }

  /// Prints the tables, writes the files and the baseline, and says so; has the process fail if anything
  /// could not be.
  private func end(by signal: Int32?) {
    let running = state.withLock { state -> Int? in
      guard !state.hasEnded else { return nil }
      state.hasEnded = true
      return state.running
    }
    guard let running, worker == nil else { return }
    let incomplete = incompleteness(signal, running: running)
    if let incomplete { tell("\nThe run is incomplete: \(incomplete).") }
    if incomplete != nil, signal == nil { ExitCleanup.fail() }
    guard let settings = try? settings.get() else { return }
    var delivery = RunDelivery(settings)
    if let report = report(incomplete: incomplete) {
      writing.withLock { _ in delivery.deliver(report, for: gitHub) }
    } else if incomplete != nil {
      tell("No case was done, so that no report was written.")
    }
    let (baselines, here, cases) = state.withLock { ($0.baselines, $0.fingerprint, $0.baselineCases) }
    let hasRegressed = state.withLock { $0.cases.contains { $0.gates.contains { $0.verdict == .regressed } } }
    delivery.save(
      cases, in: baselines, here: here, isComplete: incomplete == nil, hasRegressed: hasRegressed)
    delivery.announce()
    if !delivery.failures.isEmpty { ExitCleanup.fail() }
  }

  private func incompleteness(_ signal: Int32?, running: Int) -> String? {
    if let signal {
      let done = state.withLock { $0.cases.count }
      return "\(EndingSignals.name(signal)) interrupted it after \(Format.amount(done, "case"))"
    }
    guard running > 0 else { return nil }
    return "the process was made to exit while \(Format.amount(running, "test")) ran"
  }

  private func tell(_ text: String) { Console.standardError("\(text)\n") }
}
