import Foundation
import PGSystem
import PGTestSupport
import Subprocess
import Testing

@testable import PGBenchCommand

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

#if os(Linux)
  /// Gates that are ended while a compiler is at work.
  @Suite("Interrupted build", .serialized, .alone)
  struct InterruptedBuildTests {
    /// The processes that have a text among their arguments.
    private static func processes(with text: String) -> [String] {
      FileProbe.machine.names("/proc").filter { $0.allSatisfy(\.isNumber) }.compactMap { process in
        let words = (try? Data(contentsOf: URL(filePath: "/proc/\(process)/cmdline"))) ?? Data()
        let line = String(decoding: words, as: UTF8.self).replacing("\0", with: " ")
        return line.contains(text) ? line : nil
      }
    }

    /// Sends a signal to a gate of a repository once something is so, and expects its processes to be gone soon.
    private static func signal(
      _ signal: Signal, gateOf repository: ScratchRepository, in folder: String, within time: Duration,
      once isSo: @escaping @Sendable () -> Bool
    ) async throws -> TerminationStatus {
      var options = PlatformOptions()
      // SIGINT is ignored by what a shell started in the background.
      options.createSession = true
      let result = try await Subprocess.run(
        .path(FilePath(GateProcess.program)), arguments: ["gate", "--base", "HEAD"],
        environment: .inherit.updating(["XDG_CACHE_HOME": "\(folder)/cache"]),
        workingDirectory: FilePath(repository.folder), platformOptions: options, input: .none,
        output: .discarded, error: .discarded
      ) { execution in
        let came = await eventually(within: time * Slowness.factor, isSo)
        #expect(came)
        try execution.send(signal: signal)
      }
      let isGone = await eventually { processes(with: folder).isEmpty }
      #expect(isGone, "\(signal): \(processes(with: folder))")
      return result.terminationStatus
    }

    @Test("A gate that is interrupted while a filter writes a file ends the filter with it")
    func filter() async throws {
      try await ScratchFolder.with { folder in
        let repository = try await ScratchRepository.made(at: "\(folder)/origin")
        try repository.write("this is no manifest", to: "Package.swift")
        try repository.write("*.txt filter=slow\n", to: ".gitattributes")
        try repository.write("text", to: "file.txt")
        try await repository.commit("One")
        try await repository.git("config", "filter.slow.smudge", "sh -c 'sleep 60; cat' '\(folder)/filter'")
        let status = try await Self.signal(.interrupt, gateOf: repository, in: folder, within: .seconds(30)) {
          !Self.processes(with: "\(folder)/filter").isEmpty
        }
        #expect(status == .exited(130))
      }
    }

    @Test(
      "A gate that a signal ends while it builds ends the compilers with it and leaves nothing, and the next one works"
    )
    func signals() async throws {
      try await ScratchFolder.with { folder in
        let repository = try await ScratchRepository.made(at: "\(folder)/origin")
        try repository.write(
          """
          // swift-tools-version: 6.0
          import PackageDescription
          let package = Package(name: "Slow", targets: [.testTarget(name: "SlowTests", path: "Tests")])
          """, to: "Package.swift")
        // More than is compiled before the signal comes.
        let functions = (0..<20_000).map {
          "func f\($0)(_ a: [String: [Int]]) -> Int { a.map { $0.value.reduce(0, +) }.reduce(0, +) + \($0) }"
        }
        try repository.write(functions.joined(separator: "\n"), to: "Tests/Tests.swift")
        try await repository.commit("One")
        // The last of them can't clear away: the one after it does.
        for signal in [Signal.terminate, .interrupt, .kill, .terminate] {
          let status = try await Self.signal(signal, gateOf: repository, in: folder, within: .seconds(120)) {
            Self.processes(with: folder).contains {
              $0.contains("swift-frontend") && $0.contains("Tests.swift")
            }
          }
          guard signal != .kill else { continue }
          #expect(status == .exited(signal == .terminate ? 143 : 130))
          let cache = try #require(FileManager.default.subpaths(atPath: "\(folder)/cache/pgbenchkit/gate"))
          #expect(
            cache.filter { !$0.hasSuffix(".lock") }.count == 1,
            "The repository's folder alone: \(cache.prefix(10))")
        }
      }
    }
  }
#endif
