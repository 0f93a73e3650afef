import PGSystem
import PGTestSupport
import Testing

@testable import PGBenchHost
@testable import PGBenchKit
@testable import PGServer

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What the user that a server runs as can do to the process of root that started it.
@Suite("A run of root", .paced, .enabled(if: geteuid() == 0))
struct RootRunTests {
  @Test(
    "The folder of a comparison's or a proxy's socket is root's own: the server's user plants nothing in it")
  func socketFolder() async throws {
    let folder = try SocketFolder(socketNamed: "workers")
    defer { folder.remove() }
    try await withSecret { secret in
      let shell = ServerShell(user: try .ofServer(), callersEnvironment: CallersEnvironment.current())
      let log = "\(folder.path)/head.log"
      #expect(try await !shell.run(#"ln -s "$1" "$2""#, [secret, log]).isSuccess)
      _ = await (try SupervisedProcess(["echo", "planted"], in: "/", log: log)).exitCode()
      #expect(FileProbe.machine.text(secret) == "s3cr3t\n")
      #expect(FileProbe.machine.text(log) == "planted\n")
    }
  }

  @Test("A link or a pipe that the server's user puts in the place of the log is neither read nor waited for")
  func plantedLog() async throws {
    try await withSecret { secret in
      let shell = ServerShell(user: try .ofServer(), callersEnvironment: CallersEnvironment.current())
      let folder = try PrivateFolder(in: "/tmp", for: shell.user)
      _ = try await shell.run(#"echo "the log" > "$1""#, [folder.log])
      #expect(folder.logTail() == "the log")
      for script in [#"rm "$1"; ln -s "$2" "$1""#, #"rm "$1"; mkfifo "$1""#] {
        #expect(try await shell.run(script, [folder.log, secret]).isSuccess)
        #expect(folder.logTail() == "")
      }
      // The folder itself, too.
      #expect(
        try await shell.run(
          #"mv "$1" "$1.away" && ln -s "${2%/*}" "$1""#, [folder.path, secret]
        ).isSuccess)
      #expect(folder.logTail() == "")
      _ = try await shell.run(#"rm "$1"; rm -rf "$1.away""#, [folder.path])
      folder.unlock()
    }
  }

  @Test("A process of another user is not taken for the server, whatever the server's folder says")
  func plantedProcess() async throws {
    let shell = ServerShell(user: try .ofServer(), callersEnvironment: CallersEnvironment.current())
    let folder = try PrivateFolder(in: "/tmp", for: shell.user)
    let script = #"mkdir "$1/data" && printf '%s\n\n\n\n\n\n\nready\n' "$2" > "$1/data/postmaster.pid""#
    #expect(try await shell.run(script, [folder.path, "\(getpid())"]).isSuccess)
    #expect(RunningCluster.serverIfReady(folder) == nil)
    _ = try await shell.run(#"rm -rf "$1""#, [folder.path])
    folder.unlock()
  }

  #if os(Linux)
    @Test(
      "Only the server user's processes are bound to CPUs, whatever process the server says that a backend is"
    )
    func plantedBackend() async throws {
      func cpus(_ process: pid_t) throws -> Substring {
        let status = try #require(FileProbe.machine.text("/proc/\(process)/status"))
        return try #require(status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") })
      }
      let all = PlacedPlacement.allowedCPUs()
      try #require(all.count > 1)
      let placement = PlacedPlacement(.oneCPU, clients: 1, isOwnServer: true)
      for (user, isBound) in [(ServerUser.ofProcess(), false), (try ServerUser.ofServer(), true)] {
        let started = try await ServerShell(user: user, callersEnvironment: [:]).run(
          "sleep 60 >/dev/null 2>&1 & echo $!", [])
        let process = try #require(pid_t(started.output.filter(\.isNumber)))
        defer { kill(process, SIGKILL) }
        let before = try cpus(process)
        placement.apply(threads: [], backends: [process])
        #expect(try (cpus(process) != before) == isBound)
      }
    }
  #endif

  /// A file of root that nobody else may read, named `server.log` in a folder that all may enter.
  private func withSecret(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let secret = "\(folder)/server.log"
    try "s3cr3t\n".write(toFile: secret, atomically: false, encoding: .utf8)
    chmod(folder, 0o755)
    chmod(secret, 0o600)
    try await body(secret)
  }
}
