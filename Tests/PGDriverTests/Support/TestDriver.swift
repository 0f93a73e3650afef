import PGDriver
import Testing

/// A driver to run a test on: the blocking one, or the asynchronous one on each backend that the system has.
enum TestDriver: Sendable, Hashable, CaseIterable, CustomTestStringConvertible {
  case sync
  case async(EventLoop.Backend)

  static let allCases: [TestDriver] = [.sync] + EventLoop.Backend.allCases.map { .async($0) }

  var testDescription: String {
    switch self {
    case .sync: "sync"
    case .async(let backend): "async on \(backend)"
    }
  }

  /// Where tests of the blocking driver block, so that they take no thread of Swift's own.
  private static let threads = Result { try BlockingExecutor(threads: 16) }
  private static let loops = Result {
    try Dictionary(
      uniqueKeysWithValues: EventLoop.Backend.allCases.map { ($0, try EventLoop(backend: $0)) })
  }

  /// The loop that the driver's connections live on, if it is an asynchronous one.
  var loop: EventLoop? {
    get throws {
      guard case .async(let backend) = self else { return nil }
      return try Self.loops.get()[backend]
    }
  }

  /// Runs a test where it may block, if that is what the driver does.
  func run<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
    guard self == .sync else { return try await body() }
    return try await withTaskExecutorPreference(Self.threads.get()) { try await body() }
  }

  /// Connects; call it within `run`.
  func connect(
    to configuration: PostgresConfiguration, onNotice: (@Sendable (ServerFields) -> Void)? = nil
  ) async throws -> any PostgresConnection {
    guard let loop = try loop else {
      return try SyncConnection.connect(to: configuration, onNotice: onNotice)
    }
    return try await AsyncConnection.connect(to: configuration, on: loop, onNotice: onNotice)
  }

  /// Runs a test on a connection to a database that tests share, so whatever it makes there is temporary.
  func withConnection<Answer>(
    to configuration: PostgresConfiguration? = nil, onNotice: (@Sendable (ServerFields) -> Void)? = nil,
    _ body: (any PostgresConnection) async throws -> Answer
  ) async throws -> Answer {
    let destination =
      if let configuration { configuration } else { try await SharedDatabase.configuration }
    return try await run {
      let connection = try await connect(to: destination, onNotice: onNotice)
      do {
        let answer = try await body(connection)
        await connection.close()
        return answer
      } catch {
        await connection.close()
        throw error
      }
    }
  }

  /// The only value that a query returns on a connection of its own.
  func ask<Value: PostgresDecodable>(
    _ query: PostgresQuery, of configuration: PostgresConfiguration, as type: Value.Type = Value.self
  ) async throws -> Value {
    try await withConnection(to: configuration) { try await $0.value(query) }
  }
}

extension TestDriver {
  /// Runs a test on a connection whose text output doesn't depend on the server's settings.
  func withTextConnection(_ body: (any PostgresConnection) async throws -> Void) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.parameters["options"] =
      "-c TimeZone=UTC -c DateStyle=ISO -c IntervalStyle=postgres -c bytea_output=hex"
    try await withConnection(to: configuration, body)
  }
}
