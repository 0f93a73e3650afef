import PGDriver

extension TestDriver {
  /// Runs a test on a connection whose text output doesn't depend on the server's settings.
  func withTextConnection(_ body: (any PostgresConnection) async throws -> Void) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.parameters["options"] =
      "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex"
    try await withConnection(to: configuration, body)
  }
}
