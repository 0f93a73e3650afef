import PGBenchKit
import Testing

@Suite("Parallel", .benchmark, .postgres(.study), .tolerance(.percent(10)))
struct ParallelBenchmarks {
  /// A product with a user of the same number, if there is one.
  struct Owned: Equatable {
    let product: Product
    let username: String?
  }

  /// What the four queries of an operation returned.
  struct Answers: Equatable {
    let users: [User]
    let dearest: [Product]
    let likeUser: [User]
    let owned: [Owned]
  }

  @Test(
    "4 queries at once, each on a connection of its own",
    .gate(.async, notSlowerThan: .sync, by: .percent(30)),
    arguments: OperationCount.sweep([10_000]))
  func parallel(operations: OperationCount) async throws {
    try await benchmark(
      operations, operationsPerIteration: 4,
      variants: [
        BenchmarkVariant(.sync, driver: SyncPoolDriver(connections: 4)) { pool, _, _ in
          try await Self.fourQueries(pool)
        },
        BenchmarkVariant(.async, driver: AsyncPoolDriver(connections: 4)) { pool, _, _ in
          try await Self.fourQueries(pool)
        },
      ])
  }

  private static func fourQueries(_ pool: some QueryPool) async throws -> Answers {
    async let users = pool.query(User.all).map(User.init)
    async let dearest = pool.query(
      "SELECT \(unescaped: Product.columns) FROM products WHERE price > \(10.0) ORDER BY price DESC"
    ).map(Product.init)
    async let likeUser = pool.query(
      "SELECT \(unescaped: User.columns) FROM users WHERE username LIKE \("user%")"
    ).map(User.init)
    async let owned = pool.query(
      """
      SELECT p.id, p.created_date, p.updated_date, p.deleted_date, p.name, p.description, p.price, p.sku, u.username
      FROM products p LEFT JOIN users u ON u.id = p.id WHERE p.price > \(5.0)
      """
    ).map { Owned(product: try Product($0), username: try $0.decode(at: 8)) }
    return try await Answers(users: users, dearest: dearest, likeUser: likeUser, owned: owned)
  }
}

/// What both pools can do.
private protocol QueryPool: Sendable {
  func query(_ query: PostgresQuery) async throws -> PostgresRows
}

extension SyncPool: QueryPool {
  fileprivate func query(_ query: PostgresQuery) async throws -> PostgresRows {
    try withConnection { try $0.query(query) }
  }
}

extension AsyncPool: QueryPool {
  fileprivate func query(_ query: PostgresQuery) async throws -> PostgresRows {
    try await withConnection { try await $0.query(query) }
  }
}
