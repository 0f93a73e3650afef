import PGDriver
import PGSystem

/// The server of this process: started when it is first asked for, and used by every benchmark.
public enum SharedServer {
  private typealias Start = Task<Result<any DatabaseServer, DatabaseServerError>, Never>

  private static let start = Lock<Start?>(nil)

  /// The server that PGBENCH_DATABASE_URL names, else one that the kit starts.
  ///
  /// The first caller starts it, the others wait for the same. A failure is kept too: what could not be had
  /// once is not waited for again in every test. It goes away with the process; no caller needs to stop it.
  public static func server() async throws(DatabaseServerError) -> any DatabaseServer {
    let task = start.withLock { start in
      if let start { return start }
      let new = Start.detached {
        do throws(DatabaseServerError) {
          return .success(try await make())
        } catch {
          return .failure(error)
        }
      }
      start = new
      return new
    }
    return try await task.value.get()
  }

  private static func make() async throws(DatabaseServerError) -> any DatabaseServer {
    let environment = CallersEnvironment.current()
    if let url = environment[ExternalServer.variable], !url.isEmpty {
      return try await ExternalServer.connect(to: url)
    }
    return try await ThrowawayServer.start(environment: environment)
  }
}
