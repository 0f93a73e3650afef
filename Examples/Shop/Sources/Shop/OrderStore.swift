import PGDriver

/// The orders of the shop, over a connection of either driver.
public struct OrderStore {
  private let connection: any PostgresConnection

  /// Works on a connection, whose owner closes it.
  public init(_ connection: any PostgresConnection) {
    self.connection = connection
  }

  /// A customer's latest orders, the newest first.
  public func latestOrders(of customer: Int, atMost limit: Int = 10) async throws -> [Order] {
    try await connection.query(
      """
      SELECT id, placed_at AS "placedAt", sum(quantity * price)::bigint AS total
      FROM (
        SELECT id, placed_at FROM orders
        WHERE customer_id = \(customer) ORDER BY placed_at DESC LIMIT \(limit)
      ) AS latest
      JOIN order_lines ON order_id = id
      GROUP BY id, placed_at ORDER BY placed_at DESC
      """
    ).decode(Order.self)
  }

  /// Places an order: all of its items, or nothing.
  ///
  /// - Throws: `OrderError` if a product isn't known; `PostgresError`.
  public func placeOrder(of customer: Int, _ items: [Item]) async throws -> Order {
    try await connection.transaction { connection in
      let (id, placedAt) = try await connection.query(
        "INSERT INTO orders (customer_id) VALUES (\(customer)) RETURNING id, placed_at"
      )[0].decode((Int, PostgresTimestampTZ).self)
      // All lines in one statement: a loop would wait for the server once for each.
      let costs = try await connection.query(
        """
        INSERT INTO order_lines (order_id, product_id, quantity, price)
        SELECT \(id), p.id, i.quantity, p.price
        FROM unnest(\(items.map(\.product)), \(items.map(\.quantity))) AS i (product, quantity)
        JOIN products AS p ON p.id = i.product
        RETURNING quantity * price
        """
      ).decode(Int.self)
      guard costs.count == items.count else { throw OrderError.unknownProduct }
      return Order(id: id, placedAt: placedAt, total: costs.reduce(0, +))
    }
  }
}
