import PGBenchHost
import PGDriver
import PGMeasuring
import PGReporting
import PGSystem
import Testing

/// A test case while it runs: what its benchmarks are named by.
final class CaseScope: Sendable {
  /// The one that is running.
  @TaskLocal static var current: CaseScope?

  /// The display names of the suites that are running, by their place in the program.
  @TaskLocal static var suites: [[String]: String] = [:]

  let test: Test.ID?
  let place: CasePlace
  private let arguments: [TestArgument]
  /// Why its cases can't be told apart from another's; nil if they can.
  private let refusal: String?
  private let begun = Lock(0)
  private let arrived = Lock(0)

  /// - Parameter run: The test with its other cases; nil for a test without the trait `.benchmark`.
  init(_ test: Test?, _ testCase: Test.Case?, in run: TestRun?) {
    self.test = test?.id
    let components = test?.id.nameComponents ?? []
    let suites = components.indices.dropLast().map { last in
      Self.suites[[test?.id.moduleName ?? ""] + components[...last]] ?? components[last]
    }
    arguments = testCase?.benchmarkArguments ?? []
    place = CasePlace(
      suites: suites.isEmpty ? ["Benchmarks"] : suites, test: test?.displayName ?? test?.name ?? "benchmark",
      function: test?.name, arguments: arguments.map(\.words))
    if testCase != nil, testCase?.benchmarkArguments == nil {
      refusal = """
        The arguments of \(place) can't be read with this version of Swift Testing, so that its cases \
        can't be told apart. Make it a test without arguments, or use a version of PGBenchKit that knows \
        this one.
        """
    } else if let run, !run.isNew(arguments, as: place.arguments) {
      refusal = """
        Another argument of the test reads like this one: \(place). What reads alike can't be told apart \
        in reports, baselines and gates: have the argument's type conform to CustomTestStringConvertible, \
        or give equal arguments once.
        """
    } else {
      refusal = nil
    }
  }

  /// How many benchmarks have begun.
  var benchmarks: Int { begun.withLock { $0 } }

  /// Counts a benchmark that begins: its number in the case, from 1.
  func begin() -> Int {
    begun.withLock { number in
      number += 1
      return number
    }
  }

  /// How many benchmarks have been told of to the coordinator.
  var arrivals: Int { arrived.withLock { $0 } }

  /// Counts a benchmark that the coordinator is told of.
  func arrive() { arrived.withLock { $0 += 1 } }

  /// The name of a benchmark that begins; a second one of the same name has the next number.
  ///
  /// An argument that is the count is no argument besides.
  func identity(operations: Int) throws(BenchmarkError) -> CaseIdentity {
    if let refusal { throw BenchmarkError(refusal) }
    let others = arguments.filter { ($0.value as? OperationCount)?.value != operations }
    let named = CasePlace(
      suites: place.suites, test: place.test, function: place.function, arguments: others.map(\.words))
    let first = named.identity(operations: operations, call: 1)
    return named.identity(operations: operations, call: BenchmarkRun.current.nextCall(of: first))
  }
}

/// A test while its cases run, once in each repetition.
final class TestRun: Sendable {
  /// The one that is running.
  @TaskLocal static var current: TestRun?

  let test: Test.ID
  private let given = Lock<[[CaseIdentity.Argument]: [TestArgument]]>([:])
  private let measured = Lock<[CaseReport]>([])

  init(_ test: Test.ID) { self.test = test }

  /// What its cases came to so far.
  var reports: [CaseReport] { measured.withLock(\.self) }

  /// Keeps what a case came to.
  func add(_ report: CaseReport) { measured.withLock { $0.append(report) } }

  /// Whether no other case was given what reads the same; what is equal is the same case once more.
  func isNew(_ arguments: [TestArgument], as words: [CaseIdentity.Argument]) -> Bool {
    given.withLock { given in
      guard let other = given[words] else {
        given[words] = arguments
        return true
      }
      return zip(arguments, other).allSatisfy { $0.isEqual($1) }
    }
  }
}
