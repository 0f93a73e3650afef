import PGBenchKit

/// A row of the users table, every column decoded.
struct User: Equatable, Sendable {
  let id: Int
  let createdDate: PostgresTimestamp
  let updatedDate: PostgresTimestamp
  let deletedDate: PostgresTimestamp?
  let username: String
  let email: String
  let fullName: String?

  static let columns = "id, created_date, updated_date, deleted_date, username, email, full_name"
  static let all: PostgresQuery = "SELECT \(unescaped: columns) FROM users"

  init(_ row: PostgresRow) throws {
    id = try row.decode(at: 0)
    createdDate = try row.decode(at: 1)
    updatedDate = try row.decode(at: 2)
    deletedDate = try row.decode(at: 3)
    username = try row.decode(at: 4)
    email = try row.decode(at: 5)
    fullName = try row.decode(at: 6)
  }
}

/// A row of the products table, every column decoded.
struct Product: Equatable, Sendable {
  let id: Int
  let createdDate: PostgresTimestamp
  let updatedDate: PostgresTimestamp
  let deletedDate: PostgresTimestamp?
  let name: String
  let description: String?
  let price: Double
  let sku: String

  static let columns = "id, created_date, updated_date, deleted_date, name, description, price, sku"
  static let all: PostgresQuery = "SELECT \(unescaped: columns) FROM products"

  init(_ row: PostgresRow) throws {
    id = try row.decode(at: 0)
    createdDate = try row.decode(at: 1)
    updatedDate = try row.decode(at: 2)
    deletedDate = try row.decode(at: 3)
    name = try row.decode(at: 4)
    description = try row.decode(at: 5)
    price = try row.decode(at: 6)
    sku = try row.decode(at: 7)
  }
}
