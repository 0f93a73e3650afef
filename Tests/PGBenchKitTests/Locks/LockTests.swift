import PGDriver
import Testing

@testable import PGBenchHost
@testable import PGBenchKit

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite("Locks")
struct LockTests {
  /// A lock file of the test's own, gone with it.
  private final class LockFile: Sendable {
    let path = "/tmp/pgbenchkit-tests-\(UInt64.random(in: 0 ... .max)).lock"
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  private actor Running {
    private var now = 0
    private(set) var most = 0
    private(set) var total = 0
    func begins() {
      now += 1
      total += 1
      most = max(most, now)
    }
    func ends() { now -= 1 }
  }

  @Test("Cases of one process never overlap")
  func process() async throws {
    let file = LockFile()
    let lock = CaseLock(machine: MachineLock(path: file.path))
    let running = Running()
    let cases = (0..<20).map { _ in
      Task {
        try await lock.withLock(waiting: { _ in }) {
          await running.begins()
          try await Task.sleep(for: .milliseconds(1))
          await running.ends()
        }
      }
    }
    for one in cases { try await one.value }
    #expect(await running.most == 1)
    #expect(await running.total == 20)
  }

  @Test("A lock is given back when its case fails")
  func failure() async throws {
    let file = LockFile()
    let lock = CaseLock(machine: MachineLock(path: file.path))
    await #expect(throws: BenchmarkError.self) {
      try await lock.withLock(waiting: { _ in }) { throw BenchmarkError("on purpose") }
    }
    let answer = try await lock.withLock(waiting: { _ in Issue.record("nobody holds it") }) { 1 }
    #expect(answer == 1)
  }

  @Test("Two processes take turns, and the one that waits says so once, in the words that it was given")
  func machine() async throws {
    // Locks of two opened files exclude each other, in one process or in two.
    let file = LockFile()
    let (first, second) = (MachineLock(path: file.path), MachineLock(path: file.path, taken: "It is taken."))
    try await first.lock { _ in Issue.record("nobody holds it") }
    let said = Lock<[String]>([])
    async let waiting: Void = second.lock { words in said.withLock { $0.append(words) } }
    while said.withLock({ $0.isEmpty }) { try await Task.sleep(for: .milliseconds(5)) }
    try await Task.sleep(for: .milliseconds(120))
    first.unlock()
    try await waiting
    second.unlock()
    #expect(said.withLock { $0 } == ["It is taken."])
  }

  @Test("Whether a lock is taken is told without taking it, or making its file")
  func isTaken() async throws {
    let file = LockFile()
    let (first, second) = (MachineLock(path: file.path), MachineLock(path: file.path))
    #expect(second.isTaken() == false)
    #expect(!FileManager.default.fileExists(atPath: file.path))
    try await first.lock { _ in Issue.record("nobody holds it") }
    #expect(second.isTaken() == true)
    first.unlock()
    #expect(second.isTaken() == false)
    try await first.lock { _ in Issue.record("asking has left it locked") }
    first.unlock()
  }

  @Test("A lock whose file can't be opened is neither free nor taken")
  func unusable() throws {
    let file = LockFile()
    // The lock follows no links.
    try FileManager.default.createSymbolicLink(atPath: file.path, withDestinationPath: "/tmp")
    #expect(MachineLock(path: file.path).isTaken() == nil)
  }

  @Test("A test that is cancelled while it waits gives up")
  func cancelled() async throws {
    let file = LockFile()
    let (first, second) = (MachineLock(path: file.path), MachineLock(path: file.path))
    try await first.lock { _ in }
    let waiting = Task { try await second.lock { _ in } }
    waiting.cancel()
    await #expect(throws: CancellationError.self) { try await waiting.value }
    first.unlock()
  }
}
