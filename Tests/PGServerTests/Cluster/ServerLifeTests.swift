import PGDriver
import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

@Suite("The end of a throw-away server's owner", .paced)
struct ServerLifeTests {
  @Test("After a normal end nothing is left when the process has ended")
  func normalEnd() async throws {
    let result = await #expect(processExitsWith: .exitCode(0), observing: [\.standardOutputContent]) {
      let server = try await ThrowawayServer.start()
      _ = try await server.database(for: .empty)
      Traces.print(of: server)
      exit(0)
    }
    let traces = try #require(Traces(result))
    #expect(traces.areGone)
  }

  @Test("After a SIGKILL server and folder are gone soon")
  func killed() async throws {
    let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
      Traces.print(of: try await ThrowawayServer.start())
      kill(getpid(), SIGKILL)
    }
    let traces = try #require(Traces(result))
    #expect(await traces.areGone())
  }

  @Test("After Ctrl-C server and folder are gone soon")
  func interrupted() async throws {
    let result = await #expect(processExitsWith: .signal(SIGINT), observing: [\.standardOutputContent]) {
      Traces.print(of: try await ThrowawayServer.start())
      signal(SIGINT, SIG_DFL)
      kill(getpid(), SIGINT)
      pause()
    }
    let traces = try #require(Traces(result))
    #expect(await traces.areGone())
  }

  @Test("After a SIGKILL a backend that is stopped goes with the server, too")
  func killedWithStoppedBackend() async throws {
    let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
      let server = try await ThrowawayServer.start()
      let connection = try SyncConnection.connect(to: try await server.database(for: .empty).configuration)
      kill(connection.backendProcessID, SIGSTOP)
      Traces.print(of: server, process: connection.backendProcessID)
      kill(getpid(), SIGKILL)
    }
    let traces = try #require(Traces(result))
    #expect(await traces.areGone())
  }

  @Test("What is left when the watchdog was killed too is swept by the next start, and a live run is not")
  func swept() async throws {
    let live = try await ThrowawayServer.start()
    let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
      let server = try await ThrowawayServer.start()
      Traces.print(of: server)
      // Both shells of the watchdog, as an out-of-memory killer might: the reader is the shell's other child.
      let watchdog = try #require(server.cluster.watchdog.processIdentifier)
      let children = try await server.cluster.shellsOfWatchdog()
      for child in children + [watchdog] { kill(child, SIGKILL) }
      kill(getpid(), SIGKILL)
    }
    let traces = try #require(Traces(result))

    let next = try await ThrowawayServer.start()
    // Another test's start may be sweeping it at this moment.
    #expect(await traces.areGone())
    #expect(kill(live.processIdentifier, 0) == 0)
    #expect(try await live.database(for: .empty).name.hasPrefix("pgbenchkit_"))
    await next.stop()
    await live.stop()
  }

  @Test("A server that is killed in mid-run refuses with an error, and its folder goes with the stop")
  func serverDies() async throws {
    let server = try await ThrowawayServer.start()
    _ = try await server.database(for: .empty)
    kill(server.processIdentifier, SIGKILL)
    await #expect(throws: DatabaseServerError.self) {
      while true { _ = try await server.database(for: .empty) }
    }
    await server.stop()
    #expect(!server.cluster.folder.exists)
  }

  @Test("The usual PG variables do not reach the kit's own server")
  func variables() async throws {
    await #expect(processExitsWith: .exitCode(0)) {
      let variables = [
        "PGHOST": "192.0.2.1", "PGHOSTADDR": "192.0.2.1", "PGPORT": "1", "PGUSER": "nobody",
        "PGDATABASE": "none",
        "PGOPTIONS": "-c work_mem=64kB", "PGSSLMODE": "verify-full", "PGSERVICE": "none",
        "PGTZ": "Asia/Tokyo",
        "PGGSSENCMODE": "require", "PGTARGETSESSIONATTRS": "standby", "PGREQUIREPEER": "none",
        "PGCHANNELBINDING": "require", "PGCLIENTENCODING": "LATIN1", "PGCONNECT_TIMEOUT": "1",
        "PGDATA": "/none",
      ]
      for (name, value) in variables { setenv(name, value, 1) }
      let server = try #require(try await SharedServer.server() as? ThrowawayServer)
      let connection = try SyncConnection.connect(to: try await server.database(for: .empty).configuration)
      let answer = try connection.query(
        "SELECT current_setting('work_mem'), current_setting('TimeZone'), current_setting('client_encoding')")
      #expect(try answer[0].decode((String, String, String).self) == ("4MB", "UTC", "UTF8"))
      exit(0)
    }
  }

  @Test("Callers at the same time share one server")
  func shared() async throws {
    await #expect(processExitsWith: .exitCode(0)) {
      async let one = SharedServer.server()
      async let another = SharedServer.server()
      let both = try await [one, another].compactMap { $0 as? ThrowawayServer }
      guard both.count == 2, both[0] === both[1] else { exit(1) }
      exit(0)
    }
  }
}

extension RunningCluster {
  /// The children of the watchdog but the server.
  func shellsOfWatchdog() async throws -> [Int32] {
    let watchdog = try #require(watchdog.processIdentifier)
    let shell = ServerShell(user: try .ofServer(), callersEnvironment: CallersEnvironment.current())
    let listing = try await shell.run("ps -A -o pid=,ppid=", []).output
    return listing.split(separator: "\n").compactMap { line in
      let numbers = line.split(separator: " ").compactMap { Int32($0) }
      return numbers.count == 2 && numbers[1] == watchdog && numbers[0] != processIdentifier
        ? numbers[0] : nil
    }
  }
}

/// The process and the folder of a server that another process started, as that process printed them.
struct Traces {
  let processIdentifier: Int32
  let folder: String

  /// - Parameter process: The one to look for, if it isn't the server itself.
  static func print(of server: ThrowawayServer, process: Int32? = nil) {
    let line = "\nTRACES \(process ?? server.processIdentifier) \(server.cluster.folder.path)\n"
    _ = write(STDOUT_FILENO, line, line.utf8.count)
  }

  init?(_ result: ExitTest.Result?) {
    let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
    let words = text.split(separator: "\n").first { $0.hasPrefix("TRACES ") }?.split(separator: " ") ?? []
    guard words.count == 3, let processIdentifier = Int32(words[1]) else { return nil }
    self.processIdentifier = processIdentifier
    folder = String(words[2])
  }

  var areGone: Bool { access(folder, F_OK) != 0 && !Self.isAlive(processIdentifier) }

  func areGone() async -> Bool { await eventually { areGone } }

  /// A zombie, which only its new parent can clear away, is not alive.
  static func isAlive(_ process: Int32) -> Bool {
    guard kill(process, 0) == 0 else { return false }
    let status = FileProbe.machine.text("/proc/\(process)/stat") ?? ""
    return !status.contains(") Z ")
  }
}
