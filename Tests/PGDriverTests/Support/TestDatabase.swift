import PGServer

/// An empty database of the tests' shared server, in nobody else's use.
func testDatabase() async throws -> Database {
  try await SharedServer.server().database(for: .empty)
}
