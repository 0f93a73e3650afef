import PGBenchHost
import PGTestSupport
import Testing

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif
#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("SupervisedProcess", .paced)
struct SupervisedProcessTests {
  /// Runs a script, and answers what `body` makes of it, with what it printed.
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

  @Test(
    "A program that ends at SIGTERM, and one that doesn't, are both ended, with what they started",
    arguments: ["", "trap '' TERM; "])
  func end(trap: String) async throws {
    try await Self.supervised("\(trap)sleep 600 & echo $!; wait; while :; do sleep 1; done") { process, log in
      let deadline = ContinuousClock.now + .seconds(10)
      while Self.text(log).isEmpty, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(5))
      }
      let grandchild = try #require(pid_t(Self.text(log).split(separator: "\n").first ?? ""))
      process.end()
      #expect(await process.exitCode() != 0)
      while kill(grandchild, 0) == 0, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(kill(grandchild, 0) != 0)
    }
  }
}
