import Hummingbird
import HummingbirdTesting
import PGDriver
import PGServerTesting
import ServiceLifecycle
import ShopServer
import Testing

@Suite("Shutting down", .postgres())
struct ShutdownTests {
  @Test("A request in flight is finished, and no connection is left", arguments: API.allCases)
  func inFlight(api: API) async throws {
    var settings = ShopSettings.forTests
    settings.port = 0
    let shop = try Shop(Database.current.configuration, settings, logger: .silent)
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = shop.application { continuation.yield($0) }
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(services: [.init(service: application)], logger: .silent))
    async let end: Void = group.run()
    let port = try #require(await ports.first { _ in true })

    try await TestClient.withClient(host: "127.0.0.1", port: port) { client in
      let body = ByteBuffer(string: #"{"username": "ada", "email": "ada@example.com"}"#)
      #expect(try await client.post("/\(api)/users", body: body).status == .created)
      try await withConnection { connection in
        try await connection.execute("BEGIN; SELECT FROM users FOR UPDATE")
        async let reply = client.put("/\(api)/users/1", body: ByteBuffer(string: "{}"))
        try await ResilienceTests.untilBlocked(connection)
        await group.triggerGracefulShutdown()
        try await Task.sleep(for: .milliseconds(50))
        try await connection.execute("ROLLBACK")
        #expect(try await reply.status == .ok)
      }
    }
    try await end

    try await withConnection { connection in
      let query: PostgresQuery = """
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        """
      // A backend is seen for a moment after its connection is closed.
      let deadline = ContinuousClock.now + .seconds(5)
      while try await !connection.query(query).isEmpty, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(5))
      }
      #expect(try await connection.query(query).isEmpty)
    }
    await #expect(throws: (any Error).self) {
      try await TestClient.withClient(host: "127.0.0.1", port: port) { _ = try await $0.get("/health") }
    }
  }
}
