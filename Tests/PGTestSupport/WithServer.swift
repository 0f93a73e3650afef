package import PGServer

/// Starts a server, and stops it whatever the body does.
package func withServer(
  settings: [String: String] = [:], _ body: (ThrowawayServer) async throws -> Void
) async throws {
  let server = try await ThrowawayServer.start(settings: settings)
  do {
    try await body(server)
  } catch {
    await server.stop()
    throw error
  }
  await server.stop()
}
