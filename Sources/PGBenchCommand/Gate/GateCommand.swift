import ArgumentParser
import Dispatch
import Foundation
import PGDriver
import PGMeasuring
import PGServer
import PGSystem

struct GateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gate",
    abstract: "Tells whether a commit made any benchmark slower than another commit.",
    discussion: """
      Both commits are built, each in a folder of its own in the user's cache, which is kept for the next \
      time; the repository is only read. Then both test programs run at once, on one server, and take \
      turns block by block, so that whatever makes this machine faster or slower meets both. Each variant \
      of a benchmark is compared with itself: the typical time of an operation, the whole time, slow \
      operations and sessions, disturbed blocks, connecting, the first operation, and memory.

        swift run pgbench-kit gate --base origin/main
        swift run pgbench-kit gate --base HEAD~1 --filter OrderBenchmarks

      The base is where the head left the branch that is named. What isn't committed isn't measured. A \
      benchmark that one side only has is measured alone, and called new or removed. PGBENCH_PROFILE \
      decides about counts, and is `gate` unless it is set; `.disabled(if: Profile.current == .gate)` \
      leaves a test out.

      Exit codes:
        0 nothing is shown to be slower
        1 regressed: shown to be slower than the tolerance allows
        2 something could not be decided, or the head lacks a benchmark that the base has, with --strict only
      \(GateFailure.Reason.allCases.map { "  \($0.rawValue) \($0.help)" }.joined(separator: "\n"))
        12 suspect: nothing is shown to be slower, but something may well be, beyond what is allowed
        64 a command that can't be
      """)

  @Option(help: "The commit or branch to compare with.")
  var base: String

  @Option(help: "The commit in question.")
  var head = "HEAD"

  @Option(help: "Which tests are benchmarks: a regular expression, as `swift test --filter` takes it.")
  var filter = "Benchmarks"

  // Negative numbers would else be taken for options, and the complaint would be that a value is missing.
  @Option(
    parsing: .unconditional,
    help: "By how many per cent an operation may be slower where its test has no trait .tolerance.")
  var tolerance = 2.0

  @Option(
    parsing: .unconditional,
    help: "How many per cent of comparisons of the same code may end in a regression.")
  var falseAlarms = 1.0

  @Flag(help: "Fail if anything could not be decided, or a benchmark of the base is gone.")
  var strict = false

  @Option(
    parsing: .unconditional,
    help: "For how many seconds a benchmark of two drivers is measured at most, in all.")
  var seconds = 7.0

  @Option(help: "How the commits are compiled: release or debug.")
  var configuration = BuildConfiguration.release

  @Option(help: "SwiftPM's build system, such as native or swiftbuild; its own choice unless it is given.")
  var buildSystem: String?

  @Option(
    parsing: .unconditional,
    help: "For how many seconds a test program may stay silent before it is taken for hung.")
  var patience = 60.0

  @Option(
    parsing: .unconditional,
    help: "The number that the order of the blocks follows from, as an earlier report gives it.")
  var seed: UInt64?

  @Option(
    help:
      """
      A command that is run by /bin/sh in each side's package folder before it is built, such as to \
      generate code.
      """
  )
  var prepare: String?

  @Option(
    name: .customLong("pass-env"),
    help: """
      The name of a variable that builds and test programs get besides the usual ones, which hold no \
      secrets but those of a server that PGBENCH_DATABASE_URL names; may be given several times.
      """)
  var passed: [String] = []

  @Option(help: "Where the reports go.")
  var reportDir = ProcessInfo.processInfo.environment["PGBENCH_REPORT_DIR"] ?? ".benchmarks"

  func validate() throws {
    guard !base.isEmpty, !head.isEmpty else {
      throw ValidationError(
        "\(base.isEmpty ? "--base" : "--head") is empty: name a commit, a branch or a tag.")
    }
    guard Tolerance.percent(tolerance).isMeaningful, tolerance >= 0 else {
      throw ValidationError("--tolerance must be a number of per cent that is not negative.")
    }
    guard falseAlarms > 0, falseAlarms <= 50 else {
      throw ValidationError("--false-alarms must be above 0 and at most 50 per cent.")
    }
    guard seconds >= 0.1, seconds <= 3600 else {
      throw ValidationError("--seconds must be from 0.1 to 3600.")
    }
    guard patience >= 1, patience <= 86_400 else {
      throw ValidationError("--patience must be from 1 to 86400 seconds.")
    }
    for name in passed {
      if let refusal = ChildEnvironment.refusal(of: name, in: CallersEnvironment.current()) {
        throw ValidationError("--pass-env: \(refusal)")
      }
    }
    guard (try? Regex(filter)) != nil else {
      throw ValidationError("--filter is no regular expression: \(filter)")
    }
  }

  func run() async throws {
    let work = Task { try await GateRun(self).run() }
    let signals = Interruption { work.cancel() }
    let result = await work.result
    signals.stop()
    switch result {
    case .success(let code): throw ExitCode(code)
    case .failure(let failure as GateFailure) where signals.first == nil:
      Console.standardError("pgbench-kit gate: \(failure)\n")
      throw ExitCode(failure.reason.rawValue)
    case .failure(let error):
      if let signal = signals.first {
        Console.standardError("pgbench-kit gate: interrupted by signal \(signal); nothing was decided.\n")
        throw ExitCode(128 + signal)
      }
      Console.standardError("pgbench-kit gate: \(error)\n")
      throw ExitCode(GateFailure.Reason.machineRefused.rawValue)
    }
  }
}

extension BuildConfiguration: ExpressibleByArgument {}

/// Why two commits could not be compared: a message for the person at the terminal, and the exit code.
struct GateFailure: Error, CustomStringConvertible {
  /// What the exit codes of `pgbench-kit gate` mean, besides those of a comparison that was made.
  enum Reason: Int32, CaseIterable {
    case baseDoesNotBuild = 3
    case headDoesNotBuild = 4
    case noBenchmarks = 5
    case otherProtocol = 6
    case benchmarkFailed = 7
    case serverFailed = 8
    case gitFailed = 9
    case unoptimised = 10
    case machineRefused = 11

    /// One line of the help.
    var help: String {
      switch self {
      case .baseDoesNotBuild: "the base does not build"
      case .headDoesNotBuild: "the head does not build"
      case .noBenchmarks: "a side has no benchmarks"
      case .otherProtocol: "a side's PGBenchKit is of another version, which speaks another protocol"
      case .benchmarkFailed:
        "a benchmark or its test failed, or its test program crashed, hung, or said what can't be"
      case .serverFailed: "no PostgreSQL server could be had, or it ended in mid-run"
      case .gitFailed: "git does not know the commit, or this is no repository"
      case .unoptimised: "a side was compiled without optimisation"
      case .machineRefused: "the system refused a file, a socket or a process"
      }
    }
  }

  let reason: Reason
  let description: String

  init(_ reason: Reason, _ description: String) {
    self.reason = reason
    self.description = description
  }
}

/// Turns Ctrl-C, SIGTERM and SIGHUP into an orderly end.
struct Interruption {
  private static let numbers = [SIGINT, SIGTERM, SIGHUP]

  private let received = Lock<Int32?>(nil)
  private let sources: [any DispatchSourceSignal]

  /// Has `action` done at each such signal.
  init(_ action: @escaping @Sendable () -> Void) {
    sources = Self.numbers.map { [received] number in
      // Dispatch sees a signal beside its usual effect, which would end the process at once.
      _ = signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        received.withLock { $0 = $0 ?? number }
        action()
      }
      source.resume()
      return source
    }
  }

  /// The signal that came first; nil if none has.
  var first: Int32? { received.withLock { $0 } }

  /// Leaves the signals to the system again.
  func stop() {
    for source in sources { source.cancel() }
    for number in Self.numbers { _ = signal(number, SIG_DFL) }
  }
}
