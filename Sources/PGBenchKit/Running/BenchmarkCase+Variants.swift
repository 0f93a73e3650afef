import PGDriver

extension BenchmarkCase {
  /// Gives each variant a database of its own, and all the same way to the server; drops and closes them in the end.
  func withVariants<Answer>(
    on server: any DatabaseServer, settings: CaseSettings, placement: PlacedPlacement,
    _ body: ([CaseVariant<Output>]) async throws -> Answer
  ) async throws -> Answer {
    var databases: [Database] = []
    var proxy: RoundTripProxy?
    func cleanUp() async {
      proxy?.close()
      // What can't be dropped now is dropped with the server, or when the process ends.
      for database in databases { try? await database.drop() }
    }
    do {
      var prepared: [CaseVariant<Output>] = []
      for variant in variants {
        let database = try await server.database(for: settings.fixture)
        databases.append(database)
        var configuration = database.configuration
        if let roundTrip = settings.roundTrip {
          let way = try proxy ?? RoundTripProxy(to: configuration, roundTrip: roundTrip)
          proxy = way
          configuration = way.configuration(for: configuration)
        }
        prepared.append(
          CaseVariant(
            variant,
            request: SessionRequest(
              database: configuration, clients: clients, placement: placement,
              checkpointer: server.checkpointerProcessID, isServerHere: server.info.kind == .throwaway,
              metrics: settings.metrics, hasProxy: proxy != nil)))
      }
      let answer = try await body(prepared)
      await cleanUp()
      return answer
    } catch {
      await cleanUp()
      throw error
    }
  }
}
