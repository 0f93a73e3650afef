import PGDriver

/// The statements of the study's workloads, on tables of their own: no benchmark touches the shop's data.
enum BenchmarkStatements {
  private static let users = "SELECT \(User.columns) FROM benchmark_users"
  private static let products = "SELECT \(Product.columns) FROM benchmark_products"

  static let allUsers: Statement<[User]> = .rows(users)
  static let allProducts: Statement<[Product]> = .rows(products)

  // MARK: Mixed

  private static let userInserted = """
    INSERT INTO benchmark_users (username, email, full_name) VALUES ($1, $2, $3) RETURNING \(User.columns)
    """
  private static let productInserted = """
    INSERT INTO benchmark_products (name, price, sku) VALUES ($1, $2, $3) RETURNING \(Product.columns)
    """
  private static let userFound = "\(users) WHERE id = $1"
  private static let productFound = "\(products) WHERE id = $1"

  static func insertUser(_ name: String) -> Statement<User?> {
    .row(userInserted, [name, "\(name)@example.com", "Mixed \(name)"])
  }

  static func insertProduct(_ name: String, price: Double) -> Statement<Product?> {
    .row(productInserted, ["Mixed \(name)", price, name])
  }

  static func user(_ id: Int32) -> Statement<User?> { .row(userFound, [id]) }
  static func product(_ id: Int32) -> Statement<Product?> { .row(productFound, [id]) }

  static let firstUser: Statement<User?> = .row("\(users) ORDER BY id LIMIT 1")
  static let firstProduct: Statement<Product?> = .row("\(products) ORDER BY id LIMIT 1")

  static func rename(_ user: User, _ name: String) -> Statement<Int> {
    .command("UPDATE benchmark_users SET full_name = $2 WHERE id = $1", [user.id, name])
  }

  static func reprice(_ product: Product, _ price: Double) -> Statement<Int> {
    .command("UPDATE benchmark_products SET price = $2 WHERE id = $1", [product.id, price])
  }

  // Not those that were there from the beginning: every run reads these.
  static let lastUser: Statement<User?> = .row("\(users) WHERE id > 100 ORDER BY id DESC LIMIT 1")
  static let lastProduct: Statement<Product?> = .row("\(products) WHERE id > 100 ORDER BY id DESC LIMIT 1")

  static func delete(_ user: User) -> Statement<Int> {
    .command("DELETE FROM benchmark_users WHERE id = $1", [user.id])
  }

  static func delete(_ product: Product) -> Statement<Int> {
    .command("DELETE FROM benchmark_products WHERE id = $1", [product.id])
  }

  /// Deletes what a run has left, by the beginning of its names.
  static func deleteUsers(of run: String) -> Statement<Int> {
    .command("DELETE FROM benchmark_users WHERE starts_with(username, $1)", [run])
  }

  /// Deletes what a run has left, by the beginning of its names.
  static func deleteProducts(of run: String) -> Statement<Int> {
    .command("DELETE FROM benchmark_products WHERE starts_with(sku, $1)", [run])
  }

  // MARK: Parallel, Complex and Concurrent

  static let dearest: Statement<[Product]> = .rows("\(products) WHERE price > 10 ORDER BY price DESC")
  static let likeUser: Statement<[User]> = .rows("\(users) WHERE username LIKE 'user%'")

  static let owned: Statement<[OwnedProduct]> = .rows(
    """
    SELECT \(OwnedProduct.columns) FROM benchmark_products p LEFT JOIN benchmark_users u ON u.id = p.id
    WHERE p.price > 5
    """)

  static let summaries: Statement<[UserSummary]> = .rows(
    """
    SELECT \(UserSummary.columns) FROM benchmark_users u JOIN benchmark_products p ON p.id = u.id
    GROUP BY u.full_name HAVING avg(p.price) > 0
    """)

  static let ranked: Statement<[RankedProduct]> = .rows(
    """
    SELECT \(RankedProduct.columns) FROM benchmark_products p
    JOIN (SELECT id, rank() OVER (ORDER BY price DESC) AS rank FROM benchmark_products) r ON r.id = p.id
    WHERE r.rank <= 5
    """)

  static let numbered: Statement<[NumberedUser]> = .rows(
    "SELECT \(NumberedUser.columns) FROM benchmark_users")

  private static let usersAfter = "\(users) WHERE id > $1"
  private static let productsAbove = "\(products) WHERE price > $1"

  static func users(after id: Int32) -> Statement<[User]> { .rows(usersAfter, [id]) }
  static func products(above price: Double) -> Statement<[Product]> { .rows(productsAbove, [price]) }

  static let owners: Statement<[UserWithProduct]> = .rows(
    """
    SELECT \(UserWithProduct.columns)
    FROM benchmark_users u LEFT JOIN benchmark_products p ON p.id = u.id
    """)
}
