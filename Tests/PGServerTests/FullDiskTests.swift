#if os(Linux)
  import PGSystem
  import PGTestSupport
  import Testing

  @testable import PGServer

  /// Real file systems with little room, which root may mount.
  @Suite("A temporary folder without room", .paced, .enabled(if: SmallDisk.canBeMade))
  struct FullDiskTests {
    @Test("A server that doesn't start there says how little is left, and leaves nothing")
    func start() async throws {
      try await SmallDisk.with(megabytes: 20) { folder in
        await #expect { try await ThrowawayServer.start(environment: environment(folder)) } throws: { error in
          (error as? DatabaseServerError)?.code == .startFailed
            && "\(error)".contains("Only 0 MB are left in \(folder)") && "\(error)".contains("set TMPDIR")
        }
        #expect(FileProbe.machine.names(folder).isEmpty)
      }
    }

    @Test("Databases that don't fit say how little is left, and show the server's log")
    func databases() async throws {
      try await SmallDisk.with(megabytes: 70) { folder in
        let server = try await ThrowawayServer.start(environment: environment(folder))
        await #expect { while true { _ = try await server.database(for: .study) } } throws: { error in
          "\(error)".contains("MB are left in \(folder)")
            && "\(error)".contains("The end of the server's log:")
            && "\(error)".contains("No space left on device")
        }
        await server.stop()
        #expect(FileProbe.machine.names(folder).isEmpty)
      }
    }

    @Test("A benchmark that fills it is told so")
    func causeOfFailure() async throws {
      try await SmallDisk.with(megabytes: 160) { folder in
        let server = try await ThrowawayServer.start(environment: environment(folder))
        #expect(await server.causeOfFailure() == nil)
        let filling = open("\(folder)/filling", O_WRONLY | O_CREAT, 0o600)
        let block = [UInt8](repeating: 0, count: 1 << 20)
        while write(filling, block, block.count) == block.count {}
        close(filling)
        #expect(await server.causeOfFailure()?.contains("Only 0 MB are left in \(folder)") == true)
        await server.stop()
        unlink("\(folder)/filling")
      }
    }

    private func environment(_ folder: String) -> [String: String] {
      CallersEnvironment.current().merging(["TMPDIR": folder]) { $1 }
    }
  }

  /// A file system in memory of a size.
  enum SmallDisk {
    static let canBeMade: Bool = {
      guard geteuid() == 0, let folder = try? make(megabytes: 1) else { return false }
      remove(folder)
      return true
    }()

    static func with(megabytes: Int, _ body: (String) async throws -> Void) async throws {
      let folder = try make(megabytes: megabytes)
      do {
        try await body(folder)
      } catch {
        Issue.record(error)
      }
      remove(folder)
    }

    private static func make(megabytes: Int) throws -> String {
      let folder = "/tmp/pgbk-disk-\(UInt32.random(in: 0 ... .max))"
      guard mkdir(folder, 0o755) == 0 else { throw SystemError("\(folder) can't be made") }
      guard mount("tmpfs", folder, "tmpfs", 0, "size=\(megabytes)m,mode=1777") == 0 else {
        let refusal = SystemError("Nothing can be mounted")
        rmdir(folder)
        throw refusal
      }
      return folder
    }

    private static func remove(_ folder: String) {
      // Lazily: what is left of a failed test must not keep it.
      umount2(folder, Int32(MNT_DETACH))
      rmdir(folder)
    }
  }
#endif
