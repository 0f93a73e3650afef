import PGBenchKit
import Testing

// Which of several CPUs the threads get is the scheduler's choice, and moves times by tens of per cent: what the code itself
// does is told apart on one.
@Suite(
  "Concurrent", .benchmark, .postgres(.study), .tolerance(.percent(10)),
  .placement(Profile.current == .gate ? .oneCPU : .automatic))
struct ConcurrentBenchmarks {
  /// A user with a product of the same number, if there is one.
  struct Owner: Equatable {
    let user: User
    let product: String?
    let price: Double?
  }

  /// What the three queries of an operation returned.
  struct Answers: Equatable {
    let users: [User]
    let products: [Product]
    let owners: [Owner]
  }

  @Test(
    "5 clients, 3 queries each",
    .gate(.async, notSlowerThan: .sync, by: .percent(30)),
    arguments: OperationCount.sweep([100_000]))
  func concurrent(operations: OperationCount) async throws {
    try await benchmark(operations, clients: 5, operationsPerIteration: 3) { connection, client, _ in
      let users = try await connection.query(
        "SELECT \(unescaped: User.columns) FROM users WHERE id > \(Int32(client % 5))")
      let products = try await connection.query(
        "SELECT \(unescaped: Product.columns) FROM products WHERE price > \(10 + Double(client % 10))")
      let owners = try await connection.query(
        """
        SELECT u.id, u.created_date, u.updated_date, u.deleted_date, u.username, u.email, u.full_name, p.name, p.price
        FROM users u LEFT JOIN products p ON p.id = u.id
        """)
      return Answers(
        users: try users.map(User.init), products: try products.map(Product.init),
        owners: try owners.map {
          Owner(user: try User($0), product: try $0.decode(at: 7), price: try $0.decode(at: 8))
        })
    }
  }
}
