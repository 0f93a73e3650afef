import PGDriver
import PGServerTesting
import ShopServer
import Testing

@Suite("When the database fails", .postgres())
struct ResilienceTests {
  @Test("Killed backends cost a request each at most, and are replaced", arguments: API.allCases)
  func killed(api: API) async throws {
    try await withShop { client in
      #expect(try await client.get("/\(api)/users").status == 200)
      try await Self.killBackends()
      let first = try await client.get("/\(api)/users")
      #expect([200, 503].contains(first.status))
      if first.status == 503 { #expect(first.headers[.retryAfter] == "1" && !first.detail.isEmpty) }
      #expect(try await client.get("/\(api)/users", until: 200, within: .seconds(2)).status == 200)
    }
  }

  @Test("While it is away requests are told to come again; when it is back they are served")
  func away() async throws {
    try await withShop { client in
      let name = try Database.current.name
      try await withConnection(to: "postgres") { connection in
        try await connection.execute("ALTER DATABASE \(name) WITH ALLOW_CONNECTIONS false")
        try await Self.killBackends(of: name, by: connection)
      }
      for path in ["/ready", "/async/users", "/sync/users", "/async/db", "/sync/benchmark?count=1"] {
        let reply = try await client.get(path, until: 503, within: .seconds(2))
        #expect(reply.status == 503 && reply.headers[.retryAfter] == "1", "\(path)")
        #expect(reply.detail.contains("Try again") && !reply.text.contains(name), "\(reply.text)")
      }
      #expect(try await client.get("/health").status == 200)
      try await withConnection(to: "postgres") {
        try await $0.execute("ALTER DATABASE \(name) WITH ALLOW_CONNECTIONS true")
      }
      for path in ["/ready", "/async/users", "/sync/users"] {
        #expect(try await client.get(path, until: 200, within: .seconds(2)).status == 200, "\(path)")
      }
    }
  }

  @Test(
    "When all connections are in use, others are refused in time, and the service lives",
    arguments: API.allCases)
  func exhausted(api: API) async throws {
    var settings = ShopSettings.forTests
    settings.poolSize = 1
    settings.waitTimeout = .milliseconds(200)
    try await withShop(settings) { client in
      let user = try await client.send(
        .post, "/\(api)/users", #"{"username": "ada", "email": "ada@example.com"}"#
      ).decode(UserReply.self)
      let path = "/\(api)/users/\(user.id)"
      try await withConnection { connection in
        try await connection.execute("BEGIN; SELECT FROM users FOR UPDATE")
        async let blocked = client.send(.put, path, #"{"full_name": "Ada"}"#)
        try await Self.untilBlocked(connection)
        // More at once than there are threads: none of them may wait for ever.
        try await withThrowingTaskGroup(of: ShopClient.Reply.self) { group in
          for _ in 0..<12 { group.addTask { try await client.get(path) } }
          #expect(try await client.get("/health").status == 200)
          for try await reply in group {
            #expect(reply.status == 503 && reply.detail.contains("in use"))
            #expect(reply.headers[.retryAfter] == "1")
          }
        }
        try await connection.execute("ROLLBACK")
        #expect(try await blocked.status == 200)
      }
      #expect(try await client.get(path).status == 200)
    }
  }

  @Test("A statement that takes too long is cancelled", arguments: API.allCases)
  func slow(api: API) async throws {
    var settings = ShopSettings.forTests
    settings.statementTimeout = .milliseconds(200)
    try await withShop(settings) { client in
      try await withConnection { connection in
        try await connection.execute("BEGIN; LOCK TABLE users")
        let reply = try await client.get("/\(api)/users")
        #expect(reply.status == 503 && reply.detail.contains("too long"))
        try await connection.execute("ROLLBACK")
      }
      #expect(try await client.get("/\(api)/users").status == 200)
    }
  }

  private static func killBackends() async throws {
    try await withConnection { try await killBackends(of: Database.current.name, by: $0) }
  }

  private static func killBackends(of database: String, by connection: AsyncConnection) async throws {
    _ = try await connection.query(
      """
      SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
      WHERE datname = \(database) AND pid <> pg_backend_pid()
      """)
  }

  /// Waits until a statement of another connection waits for a lock.
  static func untilBlocked(_ connection: AsyncConnection) async throws {
    let query: PostgresQuery = """
      SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock' AND state = 'active'
      """
    while try await connection.query(query).isEmpty {
      try await Task.sleep(for: .milliseconds(5))
      // In a transaction the first look at the backends would be kept (PostgreSQL manual, "The Cumulative
      // Statistics System").
      _ = try await connection.query("SELECT pg_stat_clear_snapshot()")
    }
  }
}
