import PGBenchHost
import PGDriver
import PGServer

extension BenchmarkCase {
  /// Gives the variants as many databases, and all the same way to the server; drops and closes them in the
  /// end.
  func withVariants<Answer>(
    on server: any DatabaseServer, settings: CaseSettings, placement: PlacedPlacement, patience: Duration,
    _ body: ([CaseVariant<Output>]) async throws -> Answer
  ) async throws -> Answer {
    var databases: [Database] = []
    var proxy: RoundTripProxy?
    func cleanUp() async {
      proxy?.close()
      // What can't be dropped now is dropped with the server, or when the process ends. In a task that isn't
      // cancelled with the test's.
      await Task { [databases] in for database in databases { try? await database.drop() } }.value
    }
    do {
      for _ in variants { databases.append(try await server.database(for: settings.fixture)) }
      let configurations = databases.map(\.configuration)
      let answer = try await body(
        try prepared(
          // They swap their databases from session to session.
          variants.indices.map { Array(configurations[$0...] + configurations[..<$0]) }, settings: settings,
          placement: placement, checkpointer: server.checkpointerProcessID,
          isServerHere: server.info.kind == .throwaway, patience: patience, proxy: &proxy))
      await cleanUp()
      return answer
    } catch {
      await cleanUp()
      throw error
    }
  }

  /// The variants, ready to open sessions, and on the way to the server that the settings ask for.
  ///
  /// - Parameter databases: For each variant those that it works in, one session after the other.
  /// - Parameter proxy: Set to what has to be closed in the end, if anything.
  func prepared(
    _ databases: [[PostgresConfiguration]], settings: CaseSettings, placement: PlacedPlacement,
    checkpointer: Int32, isServerHere: Bool, patience: Duration, proxy: inout RoundTripProxy?
  ) throws -> [CaseVariant<Output>] {
    var databases = databases
    if let roundTrip = settings.roundTrip, let first = databases.first?.first {
      let way = try RoundTripProxy(to: first, roundTrip: roundTrip)
      proxy = way
      databases = databases.map { $0.map { way.configuration(for: $0) } }
    }
    return zip(variants, databases).compactMap { variant, databases in
      databases.first.map { first in
        CaseVariant(
          variant, databases: databases,
          request: SessionRequest(
            database: first, clients: clients, variants: variants.count, placement: placement,
            checkpointer: checkpointer, isServerHere: isServerHere, metrics: settings.metrics,
            hasProxy: proxy != nil, patience: patience))
      }
    }
  }
}
