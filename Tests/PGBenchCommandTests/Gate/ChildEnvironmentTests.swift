import Foundation
import PGDriver
import PGMeasuring
import PGSystem
import PGTestSupport
import PGVerdicts
import Testing

@testable import PGBenchCommand

@Suite("ChildEnvironment", .paced)
struct ChildEnvironmentTests {
  private static let secrets = [
    "GITHUB_TOKEN": "ghs_1", "GITHUB_ENV": "/runner/env", "GITHUB_OUTPUT": "/runner/output",
    "ACTIONS_RUNTIME_TOKEN": "a",
    "AWS_SECRET_ACCESS_KEY": "b", "SSH_AUTH_SOCK": "/agent", "NETRC": "/home/me/.netrc",
    "NIX_CONFIG": "access-tokens = c",
    "PGPASSWORD": "d", "PGBENCH_DATABASE_URL": "postgresql://me:e@db/shop",
    "PGBENCH_REPLICA": "postgresql://me:f@db/shop",
    "PGBENCH_CONNECTION": "host=db password=g", "PGBENCH_TOKEN": "h", "SWIFT_REGISTRY_TOKEN": "i",
    "https_proxy": "http://me:j@proxy:3128", "XDG_SESSION_KEY": "k", "GIT_DIR": "/repository/.git",
    "GIT_ASKPASS": "/askpass",
  ]

  private static let ordinary = [
    "PATH": "/usr/bin:/bin", "HOME": "/home/me", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
    "TERM": "xterm",
    "XDG_CACHE_HOME": "/home/me/.cache", "SWIFT_EXEC": "/opt/swiftc", "TOOLCHAINS": "swift", "CC": "clang",
    "PKG_CONFIG_PATH": "/opt/lib/pkgconfig", "LD_LIBRARY_PATH": "/opt/lib", "PGBENCH_PROFILE": "gate",
    "HTTP_PROXY": "http://proxy:3128", "CI": "true", "GIT_CONFIG_GLOBAL": "/home/me/git",
  ]

  @Test("What programs and compilers commonly need is handed over, and nothing that may be a secret")
  func choice() {
    let all = Self.secrets.merging(Self.ordinary) { one, _ in one }
    #expect(ChildEnvironment(of: all).ofBuild == Self.ordinary)
    // Of the server that the caller names, the programs need the password.
    let ofLibPQ = ["PGPASSWORD": "d"]
    #expect(ChildEnvironment(of: all).ofPrograms == Self.ordinary.merging(ofLibPQ) { one, _ in one })
    let withoutServer = all.filter { $0.key != "PGBENCH_DATABASE_URL" }
    #expect(ChildEnvironment(of: withoutServer).ofPrograms == Self.ordinary)
  }

  @Test("A variable that is asked for by name is handed over, whatever it is")
  func passed() {
    let environment = ChildEnvironment(of: Self.secrets, passing: ["SSH_AUTH_SOCK", "GITHUB_TOKEN"])
    #expect(environment.ofBuild == ["SSH_AUTH_SOCK": "/agent", "GITHUB_TOKEN": "ghs_1"])
    #expect(ChildEnvironment.refusal(of: "GITHUB_TOKEN", in: Self.secrets) == nil)
    #expect(ChildEnvironment.refusal(of: "GITHUB_TOKNE", in: Self.secrets)?.contains("is not set") ?? false)
    #expect(ChildEnvironment.refusal(of: "GIT_DIR", in: Self.secrets) != nil)
  }

  @Test(
    "A program that is run before the build has no secret of the command's environment, but what was asked for"
  )
  func build() async throws {
    try await ScratchFolder.with { folder in
      let repository = try await ScratchRepository.made(at: "\(folder)/origin")
      try repository.write("// a package", to: "Package.swift")
      try await repository.commit("One")
      var variables: [String: String?] = [:]
      for (name, value) in Self.secrets where name != "GIT_DIR" { variables[name] = value }
      let gate = try await GateProcess.run(
        "--base", "HEAD", "--pass-env", "NETRC", "--prepare", "env >../../../../../variables; exit 1",
        in: repository.folder, cache: "\(folder)/cache", environment: variables)
      #expect(gate.exitCode == 3, "\(gate.output)")
      let found = try String(contentsOfFile: "\(folder)/cache/variables", encoding: .utf8)
      let names = found.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) }
      #expect(names.contains("PATH"))
      #expect(names.filter { Self.secrets[$0] != nil } == ["NETRC"])
    }
  }

  #if os(Linux)
    @Test("A test program has no secret of the command's environment")
    func program() async throws {
      try await ScratchFolder.with { folder in
        let program = "\(folder)/program"
        try "#!/bin/sh\nenv >\"$0.env\"\n".write(toFile: program, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let product = CommitBuild.Product(
          slot: BuildSlot(path: folder, lock: MachineLock(path: "\(folder)/lock")), folder: folder,
          programs: [program])
        let all = Self.secrets.merging(["PATH": "/usr/bin:/bin"]) { one, _ in one }
        let settings = CoordinatorSettings(
          filter: "", tolerance: .percent(1), falseAlarmRate: 0.01, budget: .seconds(1),
          patience: .seconds(30),
          seed: Seed(1), profile: "gate",
          inherited: ChildEnvironment(of: all.filter { $0.key != "PGBENCH_DATABASE_URL" }).ofPrograms)
        let listener = try WorkerListener()
        defer { listener.close() }
        let pair = try await WorkerPair.started(
          [.base: product, .head: product], select: { _ in TestSelection(matching: "x") }, settings: settings,
          number: 0,
          listener: listener)
        _ = await pair.wait(for: .seconds(30)) { pair.workers.allSatisfy { $0.exitCode != nil } }
        await pair.stop()
        let found = try String(contentsOfFile: "\(program).env", encoding: .utf8)
        let names = found.split(separator: "\n").compactMap {
          $0.split(separator: "=").first.map(String.init)
        }
        #expect(names.contains("PGBENCH_WORKER"))
        #expect(names.filter { Self.secrets[$0] != nil } == [])
      }
    }
  #endif
}
