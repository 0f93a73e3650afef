import PGMeasuring
import PGSystem

/// Which tests are run.
struct TestSelection: Sendable, Hashable {
  /// A regular expression, as `swift test --filter` takes it.
  let filter: String
  /// The test targets that they are in; nil if that isn't known.
  let modules: Set<String>?

  /// All tests that match.
  init(matching filter: String) {
    self.filter = filter
    modules = nil
  }

  /// Just these tests, whatever arguments they have.
  ///
  /// - Parameter tests: Names such as `Module.Suite/test`.
  init(just tests: [String]) {
    let names = Set(tests).sorted().map { TestFilter.escaped($0) }
    filter = "^(\(names.joined(separator: "|")))([(/]|$)"
    modules = Set(tests.map { String($0.prefix { $0 != "." }) })
  }
}

/// How the test programs of SwiftPM's are found and started.
///
/// Its native build system makes one of all test targets, NAME.xctest; `swiftbuild` makes one of each,
/// TARGET-test-runner, and on Apple's systems TARGET.xctest.
enum TestProgram {
  /// The exit code of a program that no test matched: `EXIT_NO_TESTS_FOUND` of Swift Testing, sysexits.h's
  /// `EX_UNAVAILABLE`.
  static let noTestsFound: Int32 = 69

  private static let bundle = ".xctest"
  private static let runner = "-test-runner"

  /// The programs in a folder of products, in the order of their names.
  ///
  /// - Parameter names: What is in the folder.
  static func all(in folder: String, _ names: [String]) -> [String] {
    let bundles = names.filter { $0.hasSuffix(bundle) }.sorted()
    guard !bundles.isEmpty else {
      return names.filter { $0.hasSuffix(runner) }.sorted().map { "\(folder)/\($0)" }
    }
    #if canImport(Darwin)
      return bundles.map { "\(folder)/\($0)/Contents/MacOS/\($0.dropLast(bundle.count))" }
    #else
      return bundles.map { "\(folder)/\($0)" }
    #endif
  }

  /// The command that runs the tests of a selection, program after program.
  ///
  /// It ends with the first exit code that is neither of tests which succeeded, nor of tests which failed,
  /// nor of there being none. On Linux a program is started as it is; on Apple's systems a helper of the
  /// toolchain loads it.
  static func command(_ programs: [String], _ selection: TestSelection) -> [String] {
    let script = """
      code=\(noTestsFound)
      filter=$0
      for program; do
        \(start) --testing-library swift-testing --filter "$filter"
        last=$?
        case $last in
          \(noTestsFound)) ;;
          0) [ "$code" -eq 1 ] || code=0 ;;
          1) code=1 ;;
          *) exit "$last" ;;
        esac
      done
      exit "$code"
      """
    return ["/bin/sh", "-c", script, selection.filter] + programs.filter { mayHave(selection.modules, $0) }
  }

  #if canImport(Darwin)
    private static let start = """
      "$(dirname "$(xcrun --find swift)")/../libexec/swift/pm/swiftpm-testing-helper" \\
          --test-bundle-path "$program" "$program"
      """
  #else
    private static let start = #""$program""#
  #endif

  /// Whether a program may have tests of these targets: one that is called by its target has no others.
  private static func mayHave(_ modules: Set<String>?, _ program: String) -> Bool {
    guard let modules, program.hasSuffix(runner) else { return true }
    return modules.contains(String(program.dropLast(runner.count).split(separator: "/").last ?? ""))
  }
}
