import PGBenchKit
import Testing

@Suite("Standard", .benchmark, .postgres(.study), .tolerance(.percent(5)))
struct StandardBenchmarks {
  @Test(
    "All users, then all products",
    .gate(.async, notSlowerThan: .sync, by: .percent(20)),
    arguments: OperationCount.sweep(10...50_000))
  func selectAll(operations: OperationCount) async throws {
    try await benchmark(operations, operationsPerIteration: 2) { connection, _ in
      let users = try await connection.query(User.all).map(User.init)
      let products = try await connection.query(Product.all).map(Product.init)
      return Pair(users, products)
    }
  }
}
