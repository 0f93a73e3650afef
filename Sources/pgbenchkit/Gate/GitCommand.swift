import PGBenchHost
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Runs git as a guest of the user's repository: it finds the repository by its folder alone, starts no hook and no daemon,
/// and writes nothing that it isn't asked to write.
struct GitCommand: Sendable {
  /// What git gets of the environment.
  let environment: [String: String]

  /// A git that writes nothing: it refreshes no index, and fetches nothing that a partial clone lacks.
  init(environment: [String: String] = CallersEnvironment.current()) {
    let own = ["GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", Self.noFetch: "1"]
    self.environment = Self.cleaned(environment).merging(own) { _, own in own }
  }

  private init(exactly environment: [String: String]) { self.environment = environment }

  /// One that may fetch what the repository lacks, which has to be another one than the user's.
  var fetching: GitCommand { GitCommand(exactly: environment.filter { $0.key != Self.noFetch }) }

  private static let noFetch = "GIT_NO_LAZY_FETCH"

  /// The environment without what tells git of a repository, as hooks have it, of its index, or of files to write to.
  ///
  /// All that `git rev-parse --local-env-vars` names, and every other variable of git's, but those that say how git is
  /// installed, set up and connected (git(1), "Environment variables").
  static func cleaned(_ environment: [String: String]) -> [String: String] {
    environment.filter { name, _ in !isOfRepository(name) }
  }

  /// Whether a variable may lead git to another repository than its folder's.
  static func isOfRepository(_ name: String) -> Bool { name.hasPrefix("GIT_") && !harmless.contains(name) }

  private static let harmless: Set<String> = [
    "GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT", "GIT_ASKPASS", "GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "GIT_SSL_NO_VERIFY",
  ]

  /// Settings of a user's that would start programs or change what is checked out.
  private static let settings = [
    "core.hooksPath=/dev/null", "core.fsmonitor=", "core.sparseCheckout=false", "submodule.recurse=false",
    "gc.auto=0", "maintenance.auto=false", "log.showSignature=false",
  ]

  /// Runs git, and answers what it printed, without the line break at the end.
  ///
  /// - Parameter configurations: Files of settings that hold besides the repository's own.
  /// - Throws: `GateFailure` with what git says.
  @discardableResult
  func run(
    _ arguments: [String], in folder: String, configurations: [String] = [], input: String = ""
  ) async throws -> String {
    let given = configurations.map { "include.path=\($0)" } + Self.settings
    let (output, complaint, isSuccess): (String, String, Bool)
    do {
      let result = try await Subprocess.run(
        .name("git"), arguments: Arguments(given.flatMap { ["-c", $0] } + arguments),
        environment: .custom(variables: environment), workingDirectory: FilePath(folder),
        input: .string(input),
        output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
      (output, complaint, isSuccess) = (
        result.standardOutput, result.standardError, result.terminationStatus.isSuccess
      )
    } catch {
      try Task.checkCancellation()
      guard SearchPath.has("git", in: environment) else {
        throw GateFailure(
          .gitFailed, "There is no git in PATH: install it, or add its folder to PATH.")
      }
      throw GateFailure(.gitFailed, "git can't be run: \(error)")
    }
    guard isSuccess else {
      try Task.checkCancellation()
      throw GateFailure(.gitFailed, "git \(arguments.first ?? "") failed: \(complaint.trimmed)")
    }
    return output.trimmed
  }
}

extension Environment {
  /// An environment of these variables and no others.
  static func custom(variables: [String: String]) -> Environment {
    var keys: [Key: String] = [:]
    for (name, value) in variables { Key(rawValue: name).map { keys[$0] = value } }
    return .custom(keys)
  }
}

extension String {
  /// Without the line breaks at the end.
  var trimmed: String {
    var text = self[...]
    while let last = text.last, last.isNewline { text.removeLast() }
    return String(text)
  }
}
