import PGDriver
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

@Suite("Locks", .paced)
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
    let hasSaid = await eventually { !said.withLock { $0.isEmpty } }
    #expect(hasSaid)
    try await Task.sleep(for: .milliseconds(120))
    first.unlock()
    try await waiting
    second.unlock()
    #if os(Linux)
      let words = try #require(said.withLock { $0.first })
      #expect(words.hasPrefix("It is taken. It is process \(getpid()) ("))
      #expect(said.withLock { $0.count } == 1)
    #else
      #expect(said.withLock { $0 } == ["It is taken."])
    #endif
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

  @Test(
    "A pipe, a folder or a link in the place of the lock's file hangs nobody: the run goes on, and says what is there",
    .timeLimit(.minutes(5)), arguments: [("pipe", "a pipe"), ("folder", "a folder"), ("link", "a link")])
  func obstacle(kind: String, words: String) async throws {
    let file = LockFile()
    switch kind {
    case "pipe": #expect(mkfifo(file.path, 0o666) == 0)
    case "folder": #expect(mkdir(file.path, 0o755) == 0)
    default: #expect(symlink("/tmp/pgbenchkit-tests-nowhere", file.path) == 0)
    }
    let lock = MachineLock(path: file.path)
    let said = Lock<[String]>([])
    try await lock.lock { words in said.withLock { $0.append(words) } }
    lock.unlock()
    let all = said.withLock { $0 }
    #expect(
      all.count == 1 && all[0].contains(file.path) && all[0].contains(words) && all[0].contains("Remove it"))
    #expect(!lock.lockNow() && lock.isTaken() == nil)
  }

  @Test("Everybody may take a lock, whatever the umask of who made its file")
  func umask() async throws {
    let file = LockFile()
    await #expect(processExitsWith: .exitCode(0)) { [path = file.path as String] in
      setUmask(0o077)
      let lock = MachineLock(path: path)
      try await lock.lock { _ in exit(1) }
      lock.unlock()
      exit(0)
    }
    var status = stat()
    #expect(stat(file.path, &status) == 0 && status.st_mode & 0o777 == 0o644)
  }

  @Test("A file that may not be read is said to be so, with its owner", .enabled(if: geteuid() == 0))
  func unreadable() async throws {
    let file = LockFile()
    #expect(FileManager.default.createFile(atPath: file.path, contents: nil))
    #expect(chmod(file.path, 0o600) == 0)
    await #expect(processExitsWith: .exitCode(0)) { [path = file.path as String] in
      #expect(setuid(65_534) == 0)
      let said = Lock("")
      let lock = MachineLock(path: path)
      try await lock.lock { words in said.withLock { $0 = words } }
      let words = said.withLock { $0 }
      exit(words.contains("user root") && words.contains(path) ? 0 : 1)
    }
  }

  #if os(Linux)
    @Test(
      "Who has a lock is named, with the command, and the user if it is another", .enabled(if: geteuid() == 0)
    )
    func holder() async throws {
      let file = LockFile()
      let own = MachineLock(path: file.path)
      try await own.lock { _ in Issue.record("nobody holds it") }
      #expect(own.holder()?.description.hasPrefix("process \(getpid()) (") == true)
      own.unlock()
      let holding = try await ServerShell(user: try .ofServer(), callersEnvironment: [:]).run(
        // Waits for the lock, which a program that another test is just starting has inherited until it runs.
        #"flock --no-fork "$1" sleep 3600 >/dev/null 2>&1 & echo $!"#, [file.path])
      let process = try #require(pid_t(holding.output.filter(\.isNumber)))
      defer { kill(process, SIGKILL) }
      let isTaken = await eventually {
        own.isTaken() == true && own.holder()?.description.contains("(sleep)") == true
      }
      #expect(isTaken)
      let said = Lock<[String]>([])
      let waiting = Task { try await own.lock { words in said.withLock { $0.append(words) } } }
      _ = await eventually { !said.withLock { $0.isEmpty } }
      waiting.cancel()
      _ = await waiting.result
      let words = try #require(said.withLock { $0.first })
      #expect(words.contains("process \(process) (sleep), of user \(try ServerUser.ofServer().name)"))
    }
  #endif

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
