import CPGSystem
import PGDriver
import PGMeasuring
package import PGReporting
import PGServer

/// Has a server, as a benchmark would, and gathers what is known of it; judges nothing.
package enum ServerReader {
  /// The facts of the server of this process, which is started where it has to be.
  package static func facts() async -> ServerFacts {
    do {
      let server = try await SharedServer.server()
      return .running(try await facts(of: server))
    } catch let error as PostgresError {
      return .unusable(reason: error.description)
    } catch {
      return .unusable(reason: "\(error)")
    }
  }

  /// The facts of a server, found out in a database of its own.
  static func facts(of server: any DatabaseServer) async throws -> RunningServerFacts {
    let info = server.info
    let isOwn = info.kind == .throwaway
    let database = try await server.database(for: .empty)
    let threads = try BlockingExecutor(threads: 1)
    defer { threads.shutdown() }
    // The connection has a thread that may be blocked, which is the client's thread to the meter.
    let session = Task(executorPreference: threads) {
      try Session(database.configuration, threads: threads.threadIDs, isOwn: isOwn)
    }
    let found = try await session.value
    let statementTimes = await ability(toCountOn: server, in: database.configuration)
    try await database.drop()
    return RunningServerFacts(
      isOwn: isOwn, version: info.version, transport: name(of: info.transport),
      isInMemory: info.storage.map { $0 == .memory }, settings: info.settings, statementTimes: statementTimes,
      binding: found.binding, missingMetrics: found.missing)
  }

  private static func ability(toCountOn server: any DatabaseServer, in database: PostgresConfiguration) async
    -> Ability
  {
    do throws(DatabaseServerError) {
      _ = try await server.statementTimes(in: database)
      return .works
    } catch {
      return .refused(reason: error.description)
    }
  }

  private static func name(of transport: ServerInfo.Transport) -> String {
    switch transport {
    case .unixSocket: "a Unix socket"
    case .tcp: "TCP"
    case .tls: "TCP under TLS"
    }
  }
}

/// What a connection tells of the process behind it.
private struct Session: Sendable {
  let missing: [MetricSummary]
  let binding: Ability?

  init(_ configuration: PostgresConfiguration, threads: [Int32], isOwn: Bool) throws(PostgresError) {
    let connection = try SyncConnection.connect(to: configuration)
    defer { connection.close() }
    let backend = connection.backendProcessID
    missing = UsageMeter(MeteredSession(threads: threads, backends: isOwn ? [backend] : [])).missing()
    guard isOwn, let cpu = PlacedPlacement.allowedCPUs().last else {
      binding = nil
      return
    }
    binding = Ability(failure: pg_system_bind_to_cpu(backend, cpu))
  }
}
