import PGBenchKit
import Shop
import ShopFixtures
import Testing

@Suite("Orders", .benchmark, .postgres(.shop), .gate(.async, notSlowerThan: .sync, by: .percent(20)))
struct OrderBenchmarks {
  @Test("A customer's latest orders", .gate(.statements, atMost: 1))
  func latestOrders() async throws {
    try await benchmark { connection, i in
      try await OrderStore(connection).latestOrders(of: 1 + i % 100)
    }
  }

  // One for the order and one for all of its lines; BEGIN and COMMIT aren't counted.
  @Test("Place an order of three items", .gate(.statements, atMost: 2))
  func placeOrder() async throws {
    try await benchmark { connection, i in
      let items = [0, 50, 100].map { Item(product: 1 + (i + $0) % 200, quantity: 2) }
      return try await OrderStore(connection).placeOrder(of: 1 + i % 100, items).total
    }
  }
}
