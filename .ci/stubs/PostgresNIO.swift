// The few public names of PostgresNIO that samples use, as its 1.x has them; nothing of them works.
public import Logging

public final class PostgresConnection: Sendable {
  public struct Configuration {
    public struct TLS {
      public static var disable: Self { Self() }
    }
    public init(
      host: String, port: Int = 5432, username: String, password: String?, database: String?, tls: TLS
    ) {}
    public init(unixSocketPath: String, username: String, password: String?, database: String?) {}
  }

  public static func connect(
    configuration: Configuration, id: Int, logger: Logger
  ) async throws -> PostgresConnection {
    throw Stub()
  }

  @discardableResult
  public func query(
    _ query: PostgresQuery, logger: Logger, file: String = #fileID, line: Int = #line
  ) async throws -> PostgresRowSequence {
    throw Stub()
  }

  public func close() async throws {}
}

struct Stub: Error {}

public struct PostgresQuery: ExpressibleByStringInterpolation, Sendable {
  public struct StringInterpolation: StringInterpolationProtocol {
    public init(literalCapacity: Int, interpolationCount: Int) {}
    public mutating func appendLiteral(_ literal: String) {}
    public mutating func appendInterpolation(_ value: some PostgresDecodable) {}
  }
  public init(stringInterpolation: StringInterpolation) {}
  public init(stringLiteral value: String) {}
}

public protocol PostgresDecodable {}
extension String: PostgresDecodable {}
extension Int: PostgresDecodable {}
extension Int32: PostgresDecodable {}

public struct PostgresRowSequence: AsyncSequence, Sendable {
  public struct AsyncIterator: AsyncIteratorProtocol {
    public mutating func next() async throws -> PostgresRow? { nil }
  }
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}

public struct PostgresRow: Sendable {
  public func decode<each Value: PostgresDecodable>(_ type: (repeat each Value).Type) throws -> (
    repeat each Value
  ) {
    throw Stub()
  }
}
