import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

/// Users as containers have them, which root can become in a child process.
@Suite("An ordinary user", .paced, .serialized, .enabled(if: geteuid() == 0))
struct OrdinaryUserTests {
  @Test("A user without a name is told what to do, and nothing is left")
  func nameless() async throws {
    let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
      #expect(setgid(54_321) == 0 && setuid(54_321) == 0)
      do {
        _ = try await ThrowawayServer.start()
      } catch let error as DatabaseServerError {
        print("\(error)")
        exit(error.code == .startFailed ? 0 : 2)
      }
      exit(1)
    }
    let words = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    #expect(words.contains("User 54321 has no name") && words.contains("docker run --user"))
    #expect(left(of: 54_321).isEmpty)
  }

  @Test(
    "Without a folder for a cache a server starts all the same, and leaves nothing",
    arguments: [
      ["HOME": "", "XDG_CACHE_HOME": ""], ["HOME": "/proc"], ["HOME": "/", "XDG_CACHE_HOME": "/sys"],
    ])
  func noCache(variables: [String: String]) async throws {
    let before = left(of: 65_534)
    let pairs = variables.map { "\($0)=\($1)" }
    await #expect(processExitsWith: .exitCode(0)) { [pairs = pairs as [String]] in
      for pair in pairs {
        let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
          String.init)
        setenv(parts[0], parts[1], 1)
      }
      #expect(setgid(65_534) == 0 && setuid(65_534) == 0)
      let server = try await ThrowawayServer.start()
      _ = try await server.database(for: .study)
      await server.stop()
      exit(0)
    }
    #expect(left(of: 65_534) == before)
  }

  /// The files of a user in the temporary folders.
  private func left(of user: uid_t) -> Set<String> {
    let paths = ["/tmp", "/dev/shm"].flatMap { folder in
      FileProbe.machine.names(folder).map { "\(folder)/\($0)" }
    }
    return Set(
      paths.filter { path in
        var status = stat()
        return lstat(path, &status) == 0 && status.st_uid == user
      })
  }
}
