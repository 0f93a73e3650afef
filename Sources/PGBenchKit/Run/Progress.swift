import PGDriver
import PGMeasuring
import PGSystem
import Testing

/// Tells on standard error what is being measured, how much of the whole is done, and what it will take yet.
///
/// Swift Testing doesn't say how many cases a run has. Which tests it has is known before the first runs, and
/// how many cases a test has when they come to wait for their turns, most of them soon; until then a test
/// counts as one case.
final class Progress: Sendable {
  private struct State {
    var tests: [Test.ID: Counts] = [:]
    var longestSweep = 1
    var spent = 0
    var finished = 0
    /// The greatest part of the whole that has been told: one that grows meanwhile takes nothing back.
    var told = 0
  }

  private let state = Lock(State())

  /// Counts a test that is going to run.
  ///
  /// - Parameter gates: How many gates each of its benchmarks has.
  /// - Parameter hasArguments: Whether it may have several cases.
  func expect(_ test: Test.ID, gates: Int, hasArguments: Bool) {
    state.withLock { state in
      var counts = state.tests[test] ?? Counts()
      counts.gates = gates
      counts.isUnknown = hasArguments && counts.entered == 0
      state.tests[test] = counts
    }
  }

  /// Learns of a sweep, as which a test whose cases are not known yet counts if it is the longest.
  func learn(sweepOf counts: Int) {
    state.withLock { $0.longestSweep = max($0.longestSweep, counts) }
  }

  /// Learns how many cases a test has.
  func learn(_ test: Test.ID, cases: Int) {
    state.withLock { $0.tests[test, default: Counts()].fewestCases = cases }
  }

  /// How many gates each test is going to have, as far as is known.
  var expectedGates: [Test.ID: Int] {
    state.withLock { state in
      state.tests.mapValues { counts in
        counts.gates * (counts.isUnknown ? max(counts.total, state.longestSweep) : counts.total)
      }
    }
  }

  /// Counts a case of a test that comes to its body.
  func enters(_ test: Test.ID) {
    state.withLock { $0.tests[test, default: Counts()].entered += 1 }
  }

  /// Counts a case whose body has ended.
  ///
  /// - Parameter benchmarks: How many it had.
  func leaves(_ test: Test.ID, benchmarks: Int) {
    state.withLock { state in
      state.tests[test, default: Counts()].left += 1
      state.tests[test, default: Counts()].settled += benchmarks
    }
  }

  /// Says that a benchmark begins.
  ///
  /// - Parameter cases: How many cases its test has at least.
  /// - Parameter number: Which one of its case it is, from 1.
  func begins(_ name: String, variants: [Variant], of test: Test.ID?, cases: Int, number: Int) {
    let text = line(of: name, variants: variants, of: test, cases: cases, number: number)
    Console.standardError("\(Printable.line(text))\n")
  }

  /// What is said of a benchmark that begins, which is counted.
  func line(of name: String, variants: [Variant], of test: Test.ID?, cases: Int, number: Int) -> String {
    state.withLock { state in
      if let test { state.tests[test, default: Counts()].begins(cases: cases, number: number) }
      let total = state.tests.values.reduce(0) { $0 + $1.total }
      let done = state.tests.values.reduce(0) { $0 + $1.done }
      let percent = max(state.told, total == 0 ? 0 : min(99, done * 100 / total))
      state.told = percent
      let drivers = variants.map(\.name).joined(separator: " and ")
      var line = "[\(percent < 10 ? " " : "")\(percent) %] \(name): \(drivers)"
      if state.finished > 0 {
        let left = max(0, total - done) * (state.spent / state.finished)
        line += ", \(Self.seconds(left)) left"
      }
      return line
    }
  }

  /// Counts a benchmark that is done or failed.
  func ends(of test: Test.ID?, nanoseconds: Int) {
    state.withLock { state in
      if let test { state.tests[test, default: Counts()].done += 1 }
      state.spent += nanoseconds
      state.finished += 1
    }
  }

  /// Says something else.
  func say(_ text: String) {
    Console.standardError("       \(Printable.line(text))\n")
  }

  private static func seconds(_ nanoseconds: Int) -> String {
    let seconds = nanoseconds / 1_000_000_000
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}

extension Progress {
  /// What is known of how many benchmarks a test has.
  private struct Counts {
    /// The number of gates that each has.
    var gates = 0
    /// Whether it has arguments and none of its benchmarks has begun, so that how many there are isn't known.
    var isUnknown = false
    /// How many cases have come to their bodies, and how many of these are over.
    var entered = 0
    var left = 0
    /// How many benchmarks those had that are over.
    var settled = 0
    /// How many are done.
    var done = 0
    private var begun = 0
    var fewestCases = 1
    private var mostOfACase = 1

    /// How many there are, as far as is known: of a case that isn't over as many as another has had.
    var total: Int { max(fewestCases, begun, settled + (entered - left) * mostOfACase) }

    mutating func begins(cases: Int, number: Int) {
      isUnknown = false
      begun += 1
      fewestCases = max(fewestCases, cases)
      mostOfACase = max(mostOfACase, number)
    }
  }
}

/// Says every half a minute what a case that takes long is at, so that no user takes it for hung.
final class CaseTicker: Sendable {
  private let phase = Lock("starting the server")
  private let ticking: Task<Void, Never>

  /// - Parameter say: Given a line for the person who waits.
  init(every interval: Duration = .seconds(30), say: @escaping @Sendable (String) -> Void) {
    let start = MonotonicClock.now()
    ticking = Task.detached { [phase] in
      while (try? await Task.sleep(for: interval)) != nil {
        let seconds = (MonotonicClock.now() - start) / 1_000_000_000
        say("still \(phase.withLock { $0 }) after \(seconds) s")
      }
    }
  }

  deinit { ticking.cancel() }

  /// Notes what the case is at, as in "measuring".
  func note(_ phase: String) { self.phase.withLock { $0 = phase } }
}
