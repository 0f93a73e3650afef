import PGDriver
import PGServer
import PGServerTesting
import Shop
import ShopFixtures
import Testing

/// Each test in a database of its own, so that they run in parallel and write what they like.
@Suite("Orders", .postgres(.shop))
struct OrderTests {
  @Test("What was placed last is the first of the latest orders")
  func placed() async throws {
    let connection = try await AsyncConnection.connect(to: Database.current.configuration)
    let store = OrderStore(connection)
    let order = try await store.placeOrder(
      of: 7, [Item(product: 1, quantity: 2), Item(product: 3, quantity: 1)])
    #expect(order.total == 2 * 109 + 129)
    #expect(try await store.latestOrders(of: 7).first == order)
    await connection.close()
  }

  @Test("An order of a product that isn't sold leaves nothing behind")
  func unknownProduct() async throws {
    let connection = try await AsyncConnection.connect(to: Database.current.configuration)
    let before = try await connection.query("SELECT count(*) FROM orders")[0].decode(Int.self, at: 0)
    await #expect(throws: OrderError.self) {
      try await OrderStore(connection).placeOrder(of: 7, [Item(product: 9999, quantity: 1)])
    }
    #expect(try await connection.query("SELECT count(*) FROM orders")[0].decode(Int.self, at: 0) == before)
    await connection.close()
  }
}
