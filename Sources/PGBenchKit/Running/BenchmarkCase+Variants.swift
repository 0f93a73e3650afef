import PGBenchHost
import PGDriver

extension BenchmarkCase {
  /// Gives the variants as many databases, and all the same way to the server; drops and closes them in the end.
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
      for _ in variants { databases.append(try await server.database(for: settings.fixture)) }
      var configurations = databases.map(\.configuration)
      if let roundTrip = settings.roundTrip, let first = configurations.first {
        let way = try RoundTripProxy(to: first, roundTrip: roundTrip)
        proxy = way
        configurations = configurations.map { way.configuration(for: $0) }
      }
      let prepared = variants.enumerated().map { index, variant in
        CaseVariant(
          variant, databases: Array(configurations[index...] + configurations[..<index]),
          request: SessionRequest(
            database: configurations[index], clients: clients, placement: placement,
            checkpointer: server.checkpointerProcessID, isServerHere: server.info.kind == .throwaway,
            metrics: settings.metrics, hasProxy: proxy != nil))
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
