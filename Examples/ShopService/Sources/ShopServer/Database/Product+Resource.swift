// Each text is put together once, so that a connection knows it again.
extension Product: Resource {
  package static let noun = "product"

  private static let listed = "SELECT \(columns) FROM products ORDER BY id LIMIT $1 OFFSET $2"
  private static let found = "SELECT \(columns) FROM products WHERE id = $1"
  private static let inserted = """
    INSERT INTO products (name, description, price, sku, created_date, updated_date)
    VALUES ($1, $2, $3, $4, \(utcNow), \(utcNow)) RETURNING \(columns)
    """
  private static let updated = """
    UPDATE products SET name = coalesce($2, name),
      description = CASE WHEN $3 THEN $4 ELSE description END,
      price = coalesce($5, price), sku = coalesce($6, sku), updated_date = \(utcNow)
    WHERE id = $1 RETURNING \(columns)
    """
  private static let deleted = "DELETE FROM products WHERE id = $1 RETURNING \(columns)"

  package static func list(_ page: Page) -> Statement<[Product]> { .rows(listed, [page.limit, page.skip]) }

  package static func find(_ id: Int32) -> Statement<Product?> { .row(found, [id]) }

  package static func insert(_ new: NewProduct) -> Statement<Product?> {
    .row(inserted, [new.name, new.description, new.price, new.sku])
  }

  package static func update(_ id: Int32, _ change: ProductChange) -> Statement<Product?> {
    .row(
      updated,
      [
        id, change.name, change.description.isGiven, change.description.value, change.price, change.sku,
      ])
  }

  package static func delete(_ id: Int32) -> Statement<Product?> { .row(deleted, [id]) }
}
