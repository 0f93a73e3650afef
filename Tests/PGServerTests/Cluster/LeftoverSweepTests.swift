import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

@Suite("Sweeping leftovers", .paced)
struct LeftoverSweepTests {
  @Test("A process that has the number of a dead server by now is left alone, and the folder goes")
  func reusedNumber() async throws {
    try await withLeftover { shell, parent, leftover in
      let started = try await shell.run("sleep 60 >/dev/null 2>&1 & echo $!", []).output
      let other = try #require(Int32(started.filter(\.isNumber)))
      _ = try await shell.run(#"echo "$2" > "$1/data/postmaster.pid""#, [leftover, "\(other)"])
      try await LeftoverSweep(folders: [parent], shell: shell).run()
      #expect(access(leftover, F_OK) != 0)
      #expect(Traces.isAlive(other))
      kill(other, SIGKILL)
    }
  }

  @Test("A folder whose lock is held is left alone, and swept once it is not")
  func lockHeld() async throws {
    try await withLeftover { shell, parent, leftover in
      let descriptor = open("\(leftover)/\(PrivateFolder.lockName)", O_RDWR | O_CLOEXEC)
      #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
      try await LeftoverSweep(folders: [parent], shell: shell).run()
      #expect(access(leftover, F_OK) == 0)
      // Not by closing it alone: a process that another test is just starting has the descriptor until its exec.
      #expect(flock(descriptor, LOCK_UN) == 0)
      close(descriptor)
      try await LeftoverSweep(folders: [parent], shell: shell).run()
      #expect(access(leftover, F_OK) != 0)
    }
  }

  @Test("What is not a server's folder, and one that is just being made, are left alone")
  func others() async throws {
    try await withLeftover { shell, parent, leftover in
      let others = ["pgbenchkit-notes", "\(PrivateFolder.newPrefix)1-1", "other"].map { "\(parent)/\($0)" }
      _ = try await shell.run(#"mkdir "$@""#, others)
      #expect(symlink("\(parent)/other", "\(parent)/pgbenchkit-1-ffffffff") == 0)
      try await LeftoverSweep(folders: [parent], shell: shell).run()
      #expect(others.allSatisfy { access($0, F_OK) == 0 })
      #expect(access(leftover, F_OK) != 0)
    }
  }

  @Test("A folder whose removal was killed goes once it is old, and a user's folder stays")
  func halfRemoved() async throws {
    try await withLeftover { shell, parent, _ in
      let half = "\(parent)/\(PrivateFolder.prefix)12-0a1b2c3d"
      let notes = "\(parent)/\(PrivateFolder.prefix)notes"
      let young = "\(parent)/\(PrivateFolder.prefix)13-0a1b2c3d"
      _ = try await shell.run(
        #"mkdir -p "$1/data" "$2" "$3" && touch -t 202001010000 "$1" "$2""#, [half, notes, young])
      try await LeftoverSweep(folders: [parent], shell: shell).run()
      #expect(access(half, F_OK) != 0)
      #expect(access(notes, F_OK) == 0)
      #expect(access(young, F_OK) == 0)
    }
  }

  /// A folder as a dead run leaves it, in a temporary folder of this test's own.
  private func withLeftover(_ body: (ServerShell, String, String) async throws -> Void) async throws {
    let shell = ServerShell(user: try .ofServer(), callersEnvironment: CallersEnvironment.current())
    let made = try await shell.run("mktemp -d /tmp/pgbk-sweep-XXXXXXXX", [])
    let parent = try #require(made.output.split(separator: "\n").first.map(String.init))
    let leftover = "\(parent)/\(PrivateFolder.prefix)1-1"
    _ = try await shell.run(
      #"mkdir -p "$1/data" && : > "$1/$2""#, [leftover, PrivateFolder.lockName])
    do {
      try await body(shell, parent, leftover)
    } catch {
      Issue.record(error)
    }
    _ = try await shell.run(#"rm -rf "$1""#, [parent])
  }
}
