import PGServer
import PGSystem
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("SupervisedProcess", .paced)
struct SupervisedProcessTests {
  /// Runs a script, and returns what `body` makes of it and of its output.
  private static func supervised<Answer>(
    _ script: String, environment: [String: String?] = [:],
    _ body: (SupervisedProcess, _ log: String) async throws -> Answer
  ) async throws -> Answer {
    let log = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max)).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let process = try SupervisedProcess(
      ["/bin/sh", "-c", script], in: "/", environment: environment, log: log)
    return try await body(process, log)
  }

  private static func text(_ log: String) -> String {
    (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
  }

  @Test(
    "The exit code is the program's, or 128 and the signal's number",
    arguments: [("exit 3", 3), ("kill -SEGV $$", 139)])
  func exitCode(script: String, code: Int32) async throws {
    try await Self.supervised(script) { process, _ in #expect(await process.exitCode() == code) }
  }

  @Test("Both outputs go to the log, in the folder and with the environment that were given")
  func output() async throws {
    try await Self.supervised("pwd; echo $SHOP >&2", environment: ["SHOP": "open"]) { process, log in
      #expect(await process.exitCode() == 0)
      #expect(Self.text(log) == "/\nopen\n")
    }
  }

  #if os(Linux)
    // On macOS the program of these tests is itself one that the variables are taken from.
    @Test("Variables of macOS's loader pass the shell as arguments, and reach the program")
    func loader() async throws {
      let script = #"tr '\0' '\n' </proc/$PPID/cmdline | grep '^DYLD'; echo "$DYLD_LIBRARY_PATH""#
      try await Self.supervised(script, environment: ["DYLD_LIBRARY_PATH": "/a b"]) { process, log in
        #expect(await process.exitCode() == 0)
        #expect(Self.text(log) == "DYLD_LIBRARY_PATH=/a b\n/a b\n")
      }
    }
  #endif

  @Test(
    "A program that ends at SIGTERM, and one that doesn't, are both ended, with what they started",
    arguments: ["", "trap '' TERM; "])
  func end(trap: String) async throws {
    try await Self.supervised("\(trap)sleep 600 & echo $!; wait; while :; do sleep 1; done") { process, log in
      _ = await eventually { !Self.text(log).isEmpty }
      let grandchild = try #require(pid_t(Self.text(log).split(separator: "\n").first ?? ""))
      process.end()
      #expect(await process.exitCode() != 0)
      #expect(await Self.isGone(grandchild))
    }
  }

  @Test(
    "Programs with process groups of their own, as a build's compilers have, end too, SIGTERM or not",
    arguments: ["", "trap '' TERM; "])
  func groups(trap: String) async throws {
    let script = "set -m; (\(trap)while :; do sleep 1; done) & echo $!; ps -o pgid= -p $! >&2; wait"
    let log = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max)).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let process = try SupervisedProcess(["/bin/bash", "-c", script], in: "/", log: log)
    _ = await eventually { Self.text(log).split(separator: "\n").count >= 2 }
    let numbers = Self.text(log).split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }
    let member = try #require(numbers.first)
    #expect(numbers.last == member, "It leads its group: \(Self.text(log))")
    process.end()
    #expect(await process.exitCode() != 0)
    #expect(await Self.isGone(member))
  }

  /// Whether a process that was killed is gone, or a zombie.
  ///
  /// Its new parent may take its time to wait for it, and the kernel to end it.
  private static func isGone(_ process: pid_t) async -> Bool {
    await eventually {
      let text = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
      return kill(process, 0) != 0 || text.split(separator: ")").last?.hasPrefix(" Z") ?? false
    }
  }

  @Test("A program gets the variables that it is given, with the changes, and no others")
  func variables() async throws {
    let log = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max)).log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    let process = try SupervisedProcess(
      ["/usr/bin/env"], in: "/", inheriting: ["SHOP": "open", "TOKEN": "t"],
      environment: ["TOKEN": nil as String?, "SIDE": "head"], log: log)
    #expect(await process.exitCode() == 0)
    let names = Self.text(log).split(separator: "\n").compactMap { $0.split(separator: "=").first }
    // The shell adds its own.
    #expect(Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_"]) == ["SHOP", "SIDE"])
  }
}
