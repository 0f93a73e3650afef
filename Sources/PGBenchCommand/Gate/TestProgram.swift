/// How a test program of SwiftPM's is started.
enum TestProgram {
  /// The exit code of a program that no test matched: `EXIT_NO_TESTS_FOUND` of Swift Testing, sysexits.h's
  /// `EX_UNAVAILABLE`.
  static let noTestsFound: Int32 = 69

  /// The command that runs the tests of a filter.
  ///
  /// On Linux a test bundle is a program; on Apple's systems a helper of the toolchain loads it.
  static func command(_ program: String, filter: String) -> [String] {
    let arguments = ["--testing-library", "swift-testing", "--filter", filter]
    #if canImport(Darwin)
      let find = """
        exec "$(dirname "$(xcrun --find swift)")/../libexec/swift/pm/swiftpm-testing-helper" \
        --test-bundle-path "$0" "$0" "$@"
        """
      return ["/bin/sh", "-c", find, program] + arguments
    #else
      return [program] + arguments
    #endif
  }

  /// The filter that runs just these tests, whatever arguments they have.
  static func filter(for tests: [String]) -> String {
    let names = Set(tests).sorted().map { name in
      name.reduce(into: "") { text, character in
        if ".\\+*?()[]{}|^$/ ".contains(character) { text += "\\" }
        text.append(character)
      }
    }
    return "^(\(names.joined(separator: "|")))([(/]|$)"
  }
}
