import PGDriver
import PGServer
import PGTestSupport
import Testing

/// An empty database that tests share; what they make in it has a name of its own, or is temporary.
enum SharedDatabase {
  private static let making = Task { try await SharedServer.server().database(for: .empty) }

  static var configuration: PostgresConfiguration {
    get async throws { try await making.value.configuration.patient }
  }

  /// The same under an application name, by which a test tells its connections from others'.
  static func configuration(applicationName: String) async throws -> PostgresConfiguration {
    var configuration = try await self.configuration
    configuration.parameters["application_name"] = applicationName
    return configuration
  }

  /// A channel's name that is no other test's: a database's channels are shared as well.
  static func channel(_ word: String) -> String { "\(word)_\(UInt32.random(in: .min ... .max))" }

  /// The number of backends that serve connections with an application name.
  static func backends(applicationName: String) async throws -> Int64 {
    try await TestDriver.async(.best).withConnection { connection in
      try await connection.value(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = \(applicationName)")
    }
  }

  /// Ends a connection from the server's side, and waits until its backend is gone.
  static func terminate(_ backend: Int32) async throws {
    try await TestDriver.async(.best).withConnection { connection in
      _ = try await connection.query("SELECT pg_terminate_backend(\(backend), 5000)")
    }
  }

  /// Waits until a backend is in `pg_sleep`.
  static func untilAsleep(_ backend: Int32) async throws {
    try await TestDriver.async(.best).withConnection { connection in
      let isAsleep = try await eventually {
        try await connection.value(
          "SELECT count(*) FROM pg_stat_activity WHERE pid = \(backend) AND wait_event = 'PgSleep'") == 1
      }
      try #require(isAsleep)
    }
  }

  /// Runs statements that wait for an advisory lock, which is held until so many wait for it at the same time.
  static func atOnce<Result: Sendable>(
    _ count: Int, _ statements: @Sendable @escaping (_ lock: Int64) async throws -> Result
  ) async throws -> Result {
    let lock = Int64.random(in: 0 ... .max)
    return try await TestDriver.async(.best).withConnection { holder in
      _ = try await holder.query("SELECT pg_advisory_lock(\(lock))")
      async let result = statements(lock)
      do {
        let areWaiting = try await eventually {
          try await holder.value(
            """
            SELECT count(*) FROM pg_locks
            WHERE NOT granted AND (classid::int8 << 32) + objid::int8 = \(lock)
            """) == Int64(count)
        }
        #expect(areWaiting)
        _ = try await holder.query("SELECT pg_advisory_unlock(\(lock))")
      } catch {
        // Ends the session and so its lock: what waits for that would wait for ever, and this function for it.
        await holder.close()
        throw error
      }
      return try await result
    }
  }
}

extension PostgresConfiguration {
  /// The same with a time-out that only what hangs meets: a busy machine's server may be slow to answer.
  var patient: PostgresConfiguration {
    var configuration = self
    configuration.parameters["connect_timeout"] = "\(Slowness.limit.components.seconds)"
    return configuration
  }
}

/// An empty database of the tests' shared server, in nobody else's use.
func testDatabase() async throws -> Database {
  try await SharedServer.server().database(for: .empty)
}
