import PGBenchKit
import Testing

@Suite("Mixed", .benchmark, .postgres(.study), .tolerance(.percent(5)))
struct MixedBenchmarks {
  @Test(
    "Inserts, selects, updates and deletes by turns",
    .gate(.async, notSlowerThan: .sync, by: .percent(30)),
    arguments: OperationCount.sweep(10...10_000))
  func mixed(operations: OperationCount) async throws {
    try await benchmark(operations, operationsPerIteration: 2) { connection, index in
      switch index % 4 {
      case 0: try await Self.insert(index, on: connection)
      case 1: try await Self.selectAll(on: connection)
      case 2: try await Self.updateFirst(index, on: connection)
      default: try await Self.deleteLast(on: connection)
      }
    }
  }

  /// What an operation touched, without the dates: a row's creation differs between two databases.
  struct Touched: Equatable {
    var users: [String] = []
    var products: [String] = []
  }

  private static func insert(_ index: Int, on connection: some PostgresConnection) async throws -> Touched {
    let id = try await connection.transaction {
      try await $0.query(
        """
        INSERT INTO users (username, email, full_name)
        VALUES (\("mixed\(index)"), \("mixed\(index)@example.com"), \("Mixed \(index)")) RETURNING id
        """
      )[0].decode(Int32.self, at: 0)
    }
    let user = try User(
      await connection.query("SELECT \(unescaped: User.columns) FROM users WHERE id = \(id)")[0])
    let productID = try await connection.transaction {
      try await $0.query(
        """
        INSERT INTO products (name, price, sku)
        VALUES (\("Mixed \(index)"), \(9.99 + Double(index)), \("MIXED\(index)")) RETURNING id
        """
      )[0].decode(Int32.self, at: 0)
    }
    let product = try Product(
      await connection.query("SELECT \(unescaped: Product.columns) FROM products WHERE id = \(productID)")[0])
    return Touched(users: [user.username], products: [product.sku])
  }

  private static func selectAll(on connection: some PostgresConnection) async throws -> Touched {
    let users = try await connection.query(User.all).map(User.init)
    let products = try await connection.query(Product.all).map(Product.init)
    return Touched(users: users.map(\.username), products: products.map(\.sku))
  }

  private static func updateFirst(_ index: Int, on connection: some PostgresConnection) async throws
    -> Touched
  {
    let user = try User(
      await connection.query("SELECT \(unescaped: User.columns) FROM users ORDER BY id LIMIT 1")[0])
    try await connection.transaction {
      _ = try await $0.query(
        "UPDATE users SET full_name = \("Updated \(index)") WHERE id = \(Int32(user.id))")
    }
    let product = try Product(
      await connection.query("SELECT \(unescaped: Product.columns) FROM products ORDER BY id LIMIT 1")[0])
    try await connection.transaction {
      _ = try await $0.query(
        "UPDATE products SET price = \(product.price + 1) WHERE id = \(Int32(product.id))")
    }
    return Touched(users: [user.username], products: [product.sku])
  }

  private static func deleteLast(on connection: some PostgresConnection) async throws -> Touched {
    let user = try User(
      await connection.query("SELECT \(unescaped: User.columns) FROM users ORDER BY id DESC LIMIT 1")[0])
    try await connection.transaction {
      _ = try await $0.query("DELETE FROM users WHERE id = \(Int32(user.id))")
    }
    let product = try Product(
      await connection.query("SELECT \(unescaped: Product.columns) FROM products ORDER BY id DESC LIMIT 1")[0]
    )
    try await connection.transaction {
      _ = try await $0.query("DELETE FROM products WHERE id = \(Int32(product.id))")
    }
    return Touched(users: [user.username], products: [product.sku])
  }
}
