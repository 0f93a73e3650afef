import PGDriver

/// A product, and the user of the same number, if there is one.
struct OwnedProduct: TableRow {
  static let columns = "p.id, p.name, p.price, p.sku, u.username"
  let id: Int32
  let name: String
  let price: Double
  let sku: String
  let username: String?

  init(_ row: PostgresRow) throws(PostgresError) {
    (id, name, price, sku, username) = try row.decode()
  }
}

/// A user's products: how many, and their average price.
struct UserSummary: TableRow {
  static let columns = "u.full_name, count(p.id), avg(p.price)"
  let fullName: String?
  let products: Int
  let averagePrice: Double

  init(_ row: PostgresRow) throws(PostgresError) {
    (fullName, products, averagePrice) = try row.decode()
  }
}

/// A product, and its price's rank from the highest.
struct RankedProduct: TableRow {
  static let columns = "p.name, p.price, r.rank"
  let name: String
  let price: Double
  let rank: Int

  init(_ row: PostgresRow) throws(PostgresError) {
    (name, price, rank) = try row.decode()
  }
}

/// A user, and its number in the order of usernames.
struct NumberedUser: TableRow {
  static let columns = "username, email, row_number() OVER (ORDER BY username)"
  let username: String
  let email: String
  let number: Int

  init(_ row: PostgresRow) throws(PostgresError) {
    (username, email, number) = try row.decode()
  }
}

/// A user, and the product of the same number, if there is one.
struct UserWithProduct: TableRow {
  static let columns = "u.id, u.username, u.email, u.full_name, p.name, p.price"
  let id: Int32
  let username: String
  let email: String
  let fullName: String?
  let product: String?
  let price: Double?

  init(_ row: PostgresRow) throws(PostgresError) {
    (id, username, email, fullName, product, price) = try row.decode()
  }
}
