import Foundation
import PGServer
import PGSystem
import PGTestSupport
import Testing

@testable import PGBenchCommand

/// What the command says where it can't begin, and its exit codes.
@Suite("Gate messages", .paced)
struct GateMessageTests {
  private static func gate(
    _ arguments: String..., commits: Int = 1, environment: [String: String?] = [:]
  ) async throws -> GateProcess {
    try await inRepository(commits: commits) { folder in
      try await GateProcess.run(arguments, in: folder, cache: "\(folder)-cache", environment: environment)
    }
  }

  private static func inRepository<Answer: Sendable>(
    commits: Int, _ body: (String) async throws -> Answer
  ) async throws -> Answer {
    var answer: Answer?
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/origin")
      try repository.write("// a package", to: "Package.swift")
      for number in 0..<commits { try await repository.commit("\(number)") }
      answer = try await body(repository.folder)
    }
    return try #require(answer)
  }

  /// A PATH with some programs of this machine's and no others.
  private static func path(with programs: [String], in folder: String) throws -> String {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for program in programs {
      let folders = (CallersEnvironment.current()["PATH"] ?? "").split(separator: ":")
      let found = try #require(
        folders.map { "\($0)/\(program)" }.first { FileProbe.machine.isExecutable($0) })
      try FileManager.default.createSymbolicLink(atPath: "\(folder)/\(program)", withDestinationPath: found)
    }
    return folder
  }

  @Test(
    "A program that isn't in PATH is named, with what to do",
    arguments: [
      (["git"], Int32(11), "There is no swift in PATH"), ([], 9, "There is no git in PATH"),
    ])
  func missingProgram(programs: [String], code: Int32, words: String) async throws {
    let gate = try await Self.inRepository(commits: 1) { folder in
      try await GateProcess.run(
        ["--base", "HEAD"], in: folder, cache: "\(folder)-cache",
        environment: ["PATH": try Self.path(with: programs, in: "\(folder)-bin")])
    }
    #expect(gate.exitCode == code)
    #expect(gate.output.contains(words), "\(gate.output)")
    #expect(gate.output.contains("to PATH"), "\(gate.output)")
  }

  @Test("A commit that a shallow clone lacks is said to lie beyond its end, with both remedies")
  func shallow() async throws {
    let gate = try await Self.inRepository(commits: 2) { folder in
      try await ScratchRepository(folder: folder).git(
        "clone", "--quiet", "--depth=1", "file://\(folder)", "\(folder)-clone")
      return try await GateProcess.run(["--base", "HEAD~1"], in: "\(folder)-clone", cache: "\(folder)-cache")
    }
    #expect(gate.exitCode == 9)
    #expect(gate.output.contains("this clone is shallow"), "\(gate.output)")
    #expect(gate.output.contains("git fetch --unshallow"))
    #expect(gate.output.contains("fetch-depth: 0"))
  }

  @Test(
    "A number out of range is told the range, be it negative or not",
    arguments: [
      (["--tolerance", "-5"], "--tolerance must be a number of per cent that is not negative"),
      (["--tolerance=-5"], "--tolerance must be a number of per cent that is not negative"),
      (["--false-alarms", "-1"], "--false-alarms must be above 0 and at most 50"),
      (["--seconds", "-1"], "--seconds must be from 0.1 to 3600"),
      (["--patience", "-1"], "--patience must be from 1 to 86400"),
      (["--head", ""], "--head is empty"),
      (["--seed", "-1"], "'-1' is invalid for '--seed"),
      (["--pass-env", "NO_SUCH_VARIABLE"], "--pass-env: NO_SUCH_VARIABLE is not set"),
    ])
  func range(arguments: [String], words: String) async throws {
    let gate = try await Self.inRepository(commits: 1) { folder in
      try await GateProcess.run(["--base", "HEAD"] + arguments, in: folder, cache: "\(folder)-cache")
    }
    #expect(gate.exitCode == 64)
    #expect(gate.output.contains(words), "\(gate.output)")
  }

  @Test("A home that is no folder is named, with the variable that names another")
  func home() async throws {
    let gate = try await Self.gate(
      "--base", "HEAD", environment: ["HOME": "/dev/null", "XDG_CACHE_HOME": nil as String?])
    #expect(gate.exitCode == 11)
    #expect(gate.output.contains("/dev/null is no folder"), "\(gate.output)")
    #expect(gate.output.contains("XDG_CACHE_HOME"))
  }

  @Test("A base without the package is told so before anything is built")
  func noPackageThen() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/origin")
      try repository.write("one", to: "file.txt")
      try await repository.commit("Before the package")
      try repository.write("// a package", to: "Shop/Package.swift")
      try await repository.commit("The package")
      let gate = try await GateProcess.run(
        "--base", "HEAD~1", in: "\(repository.folder)/Shop", cache: "\(folder)/cache")
      #expect(gate.exitCode == 3)
      #expect(gate.output.contains("has no Package.swift in the folder Shop/"), "\(gate.output)")
      #expect(gate.output.contains("name a commit that has the package there"))
    }
  }

  @Test("The name of a repository may be as long as a file system has it")
  func longName() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/\(String(repeating: "n", count: 250))")
      try repository.write("this is no manifest", to: "Package.swift")
      try await repository.commit("One")
      let gate = try await GateProcess.run("--base", "HEAD", in: repository.folder, cache: "\(folder)/cache")
      #expect(gate.output.contains("does not build"), "\(gate.output)")
    }
  }

  @Test(
    "A repository that git doesn't trust is explained in git's words, on lines of their own",
    .enabled(if: geteuid() == 0))
  func dubious() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/origin")
      try repository.write("// a package", to: "Package.swift")
      try await repository.commit("One")
      try #require(chown(repository.folder, 65_534, 65_534) == 0)
      let gate = try await GateProcess.run("--base", "HEAD", in: repository.folder, cache: "\(folder)/cache")
      #expect(gate.exitCode == 9)
      #expect(gate.output.contains("failed:\nfatal: detected dubious ownership"), "\(gate.output)")
      #expect(
        gate.output.contains(
          "\nCommits are compared: run the command in the work tree of a clone that git trusts"))
    }
  }

  @Test("A repository without a commit is told to have some first")
  func unborn() async throws {
    let gate = try await Self.gate("--base", "HEAD", commits: 0)
    #expect(gate.exitCode == 9)
    #expect(gate.output.contains("there is none yet. Commit the benchmarks"), "\(gate.output)")
  }

  @Test("A folder that is in no repository is told that commits are compared")
  func noRepository() async throws {
    try await ScratchFolder.with { folder in
      let gate = try await GateProcess.run("--base", "HEAD", in: folder, cache: "\(folder)/cache")
      #expect(gate.exitCode == 9)
      #expect(gate.output.contains("run the command in the work tree of a clone"), "\(gate.output)")
    }
  }

  @Test(
    "A set-up command that fails ends the comparison as a build that fails, with what it printed and where it ran"
  )
  func preparation() async throws {
    let gate = try await Self.gate(
      "--base", "HEAD", "--prepare", "pwd; ls; echo 'the assets are missing' >&2; exit 4", commits: 1)
    #expect(gate.exitCode == 3)
    #expect(gate.output.contains("can't be prepared"), "\(gate.output)")
    #expect(gate.output.contains("exit code 4"))
    #expect(gate.output.contains("the assets are missing"))
    #expect(gate.output.contains("/origin\nPackage.swift\n"))
  }
}
