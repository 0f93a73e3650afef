import PGBenchCore
import PGBenchHost
import PGDriver
import Testing

/// Tells on standard error what is being measured, how much of the whole is done, and what it will take yet.
///
/// Swift Testing doesn't say how many cases a run has. Which tests it has is known before the first runs, and how many
/// cases a test has when its first one runs; until then a test counts as one case.
final class Progress: Sendable {
  private struct State {
    /// The number of cases expected of each test.
    var expected: [Test.ID: Int] = [:]
    var done: [Test.ID: Int] = [:]
    /// The number of gates that each case of a test has.
    var gates: [Test.ID: Int] = [:]
    /// The tests with arguments of which no case has run, so that nobody knows how many they have.
    var unknown: Set<Test.ID> = []
    var longestSweep = 1
    var spent = 0
    var finished = 0
  }

  private let state = Lock(State())

  /// Counts a test that is going to run.
  ///
  /// - Parameter gates: How many gates each of its cases has.
  /// - Parameter hasArguments: Whether it may have several cases.
  func expect(_ test: Test.ID, gates: Int, hasArguments: Bool) {
    state.withLock { state in
      state.gates[test] = gates
      if hasArguments, state.expected[test] == nil { state.unknown.insert(test) }
      if state.expected[test] == nil { state.expected[test] = 1 }
    }
  }

  /// Learns of a sweep, as which a test whose cases are not known yet counts if it is the longest.
  func learn(sweepOf counts: Int) {
    state.withLock { $0.longestSweep = max($0.longestSweep, counts) }
  }

  /// How many gates are still to be decided, those of a test's running case included, as far as is known.
  var expectedGates: Int {
    state.withLock { state in
      state.gates.reduce(0) { sum, entry in
        let cases = state.unknown.contains(entry.key) ? state.longestSweep : state.expected[entry.key] ?? 1
        return sum + entry.value * max(0, cases - (state.done[entry.key] ?? 0))
      }
    }
  }

  /// Says that a case begins, or goes on.
  func begins(_ name: String, variants: [Variant], of test: Test.ID?, cases: Int) {
    let text = state.withLock { state in
      if let test {
        state.expected[test] = max(cases, 1)
        state.unknown.remove(test)
      }
      let total = state.expected.values.reduce(0, +)
      let done = state.done.values.reduce(0, +)
      let percent = total == 0 ? 0 : min(99, done * 100 / total)
      let drivers = variants.map(\.name).joined(separator: " and ")
      var line = "[\(percent < 10 ? " " : "")\(percent) %] \(name): \(drivers)"
      if state.finished > 0 {
        let left = max(0, total - done) * (state.spent / state.finished)
        line += ", \(Self.seconds(left)) left"
      }
      return line
    }
    Console.standardError(text + "\n")
  }

  /// Counts a case that is done or failed.
  func ends(of test: Test.ID?, nanoseconds: Int) {
    state.withLock { state in
      if let test { state.done[test, default: 0] += 1 }
      state.spent += nanoseconds
      state.finished += 1
    }
  }

  /// Says something else.
  func say(_ text: String) {
    Console.standardError("       \(text)\n")
  }

  private static func seconds(_ nanoseconds: Int) -> String {
    let seconds = nanoseconds / 1_000_000_000
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}
