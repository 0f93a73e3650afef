import PGMeasuring
import PGServer
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// Runs git as a guest of the user's repository: it finds the repository by its folder alone, starts no hook
/// and no daemon, and writes nothing that it isn't asked to write.
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

  /// The environment without what tells git of a repository, as hooks have it, of its index, or of files to
  /// write to.
  ///
  /// All that `git rev-parse --local-env-vars` names, and every other variable of git's, but those that say
  /// how git is installed, set up and connected (git(1), "Environment variables").
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

  /// Runs git, and returns what it printed, without the line break at the end.
  ///
  /// - Parameter configurations: Files of settings that hold besides the repository's own.
  /// - Throws: `GateFailure` with what git says.
  @discardableResult
  func run(
    _ arguments: [String], in folder: String, configurations: [String] = [], input: String = ""
  ) async throws -> String {
    let result = try await result(of: arguments, in: folder, configurations: configurations, input: input)
    guard result.code == 0 else { throw failure(of: arguments, result) }
    return result.output
  }

  /// Asks git for something that there may be none of: nil where it ends with 1 and without a word, by which
  /// its plumbing says so.
  ///
  /// - Throws: `GateFailure` with what git says, if it could not find out.
  func find(_ arguments: [String], in folder: String) async throws -> String? {
    let result = try await result(of: arguments, in: folder)
    if result.code == 1, result.complaint.trimmed.isEmpty { return nil }
    guard result.code == 0 else { throw failure(of: arguments, result) }
    return result.output
  }

  private struct Result {
    let output: String
    let complaint: String
    /// The exit code; 128 if git didn't come to one, as when it dies of its own.
    let code: Int32
  }

  private func result(
    of arguments: [String], in folder: String, configurations: [String] = [], input: String = ""
  ) async throws -> Result {
    let given = configurations.map { "include.path=\($0)" } + Self.settings
    do {
      let result = try await Subprocess.run(
        .name("git"), arguments: Arguments(given.flatMap { ["-c", $0] } + arguments),
        environment: .custom(variables: environment), workingDirectory: FilePath(folder),
        platformOptions: Self.endingAll, input: .string(input),
        output: .string(limit: 64 << 20), error: .string(limit: 1 << 20))
      let code: Int32 = if case .exited(let code) = result.terminationStatus { Int32(code) } else { 128 }
      let output = result.standardOutput
      return Result(
        output: output.hasSuffix("\n") ? String(output.dropLast()) : output,
        complaint: result.standardError, code: code)
    } catch {
      try Task.checkCancellation()
      guard SearchPath.has("git", in: environment) else {
        throw GateFailure(
          .gitFailed, "There is no git in PATH: install it, or add its folder to PATH.")
      }
      throw GateFailure(.gitFailed, "git can't be run: \(error)")
    }
  }

  /// git's own words stand in lines of their own, as they are.
  private func failure(of arguments: [String], _ result: Result) -> any Error {
    if Task.isCancelled { return CancellationError() }
    let words = result.complaint.trimmed
    return GateFailure(
      .gitFailed,
      "`git \(arguments.first ?? "")` failed"
        + (words.isEmpty ? " with exit code \(result.code)." : ":\n\(Printable.lines(words))"))
  }

  /// git gets a session of its own: a filter that it has started ends with it when the gate is broken off.
  private static let endingAll: PlatformOptions = {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2))
    ]
    return options
  }()
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
