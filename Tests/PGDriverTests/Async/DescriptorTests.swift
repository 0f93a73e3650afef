import PGDriver
import PGTestSupport
import Testing

#if os(Linux)
  import PGSystem

  /// In a process of their own, since other tests open and close descriptors too.
  @Suite("Descriptors", .paced, .timeLimit(.minutes(5)))
  struct DescriptorTests {
    @Test("are all given back after 200 connections on each driver, made, refused and dropped")
    func connections() async throws {
      let parameters = try await SharedDatabase.configuration.parameters
      await #expect(processExitsWith: .success) { [parameters = parameters as [String: String]] in
        let configuration = PostgresConfiguration(parameters: parameters)
        let bad = configuration.with(database: "no such database")
        for driver in TestDriver.allCases {
          // The driver's loop or threads are made by the first use.
          try await driver.withConnection(to: configuration) { _ = try await $0.query("SELECT 1") }
          let before = Descriptors.count()
          for i in 0..<200 {
            try await driver.run {
              let connection = try await driver.connect(to: configuration)
              _ = try await connection.query("SELECT 1")
              if i % 2 == 0 { await connection.close() }
              if i % 10 == 0 { _ = try await errorOf { try await driver.connect(to: bad) } }
            }
          }
          // A connection that was dropped ends with its actor, maybe a moment later.
          #expect(await eventually { Descriptors.count() < before + Descriptors.tolerance })
        }
      }
    }

    @Test("of loops that were shut down are given back")
    func loops() async {
      await #expect(processExitsWith: .success) {
        let before = Descriptors.count()
        for _ in 0..<100 {
          for backend in EventLoop.Backend.allCases {
            let loop = try EventLoop(backend: backend)
            await withTaskExecutorPreference(loop) {}
            loop.shutdown()
          }
        }
        #expect(
          await eventually { Descriptors.count() < before + Descriptors.tolerance },
          "\(before) were open, now \(Descriptors.count())")
      }
    }
  }

  private enum Descriptors {
    /// What Swift's runtime may open for itself meanwhile; far less than a leak of 100.
    static let tolerance = 10

    /// How many descriptors this process has open.
    static func count() -> Int {
      (Int32(0)..<4096).count { fcntl($0, F_GETFD) >= 0 }
    }
  }
#endif
