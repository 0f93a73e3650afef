public import PGDriver
public import PGMeasuring

/// One of the pieces of code that a benchmark compares: a name, a driver and a body.
///
/// `Output` is what the body returns. All variants must return equal outputs for the same operation, which is
/// checked before anything is timed.
public struct BenchmarkVariant<Output: Sendable>: Sendable {
  /// The name in tables, reports and gates.
  public let variant: Variant

  let session: @Sendable (SessionRequest) async throws -> VariantSession<Output>

  /// Makes a variant of a driver and a body.
  ///
  /// - Parameter body: Given a connection, the client's number from 0, and the operation's index, which
  ///   counts on through the whole case.
  public init<Driver: BenchmarkDriver>(
    _ variant: Variant, driver: Driver,
    body:
      @escaping @Sendable (_ connection: Driver.Connection, _ client: Int, _ index: Int) async throws ->
      Output
  ) {
    self.variant = variant
    session = { try await VariantSession(driver: driver, request: $0, body: body) }
  }

  /// The blocking driver.
  public static func sync(
    _ variant: Variant = .sync,
    body: @escaping @Sendable (_ connection: SyncConnection, _ index: Int) throws -> Output
  ) -> BenchmarkVariant {
    BenchmarkVariant(variant, driver: SyncDriver()) { connection, _, index in try body(connection, index) }
  }

  /// The asynchronous driver, with the body on the connection's event loop.
  public static func async(
    _ variant: Variant = .async,
    body: @escaping @Sendable (_ connection: AsyncConnection, _ index: Int) async throws -> Output
  ) -> BenchmarkVariant {
    BenchmarkVariant(variant, driver: AsyncDriver()) { connection, _, index in
      try await body(connection, index)
    }
  }
}
