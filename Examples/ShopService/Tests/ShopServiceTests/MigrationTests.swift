import PGDriver
import PGServerTesting
import ShopServer
import Testing

@Suite("Migrations", .postgres())
struct MigrationTests {
  @Test("Of several that start at once, one makes the schema and the others find it")
  func atOnce() async throws {
    let configuration = try Database.current.configuration
    let taken = try await withThrowingTaskGroup(of: [Int32].self) { group in
      for _ in 0..<5 {
        group.addTask {
          let connection = try await AsyncConnection.connect(to: configuration)
          let versions = try await Migration.run(Migration.shop, on: connection)
          await connection.close()
          return versions
        }
      }
      return try await group.reduce(into: [[Int32]]()) { $0.append($1) }
    }
    #expect(taken.filter { !$0.isEmpty } == [Migration.shop.map(\.version)])
  }

  @Test("Steps that are added later are taken, and no other")
  func later() async throws {
    let first = Migration(version: 1, name: "first", script: "CREATE TABLE a (id int)")
    let second = Migration(version: 2, name: "second", script: "CREATE TABLE b (id int)")
    let taken = try await withConnection { connection in
      [
        try await Migration.run([first], on: connection),
        try await Migration.run([first, second], on: connection),
        try await Migration.run([first, second], on: connection),
      ]
    }
    #expect(taken == [[1], [2], []])
  }

  @Test("A step that fails leaves nothing behind")
  func failing() async throws {
    let first = Migration(version: 1, name: "first", script: "CREATE TABLE a (id int)")
    let broken = Migration(version: 2, name: "broken", script: "CREATE TABLE a (id int)")
    let taken = try await withConnection { connection in
      await #expect(throws: PostgresError.self) { try await Migration.run([first, broken], on: connection) }
      return try await Migration.run([first], on: connection)
    }
    #expect(taken == [1])
  }

  @Test("Two shops start at once on an empty database")
  func twoShops() async throws {
    try await withShop { client in
      try await withShop { other in
        let replies = [try await client.get("/ready"), try await other.get("/ready")]
        #expect(replies.map(\.status) == [200, 200])
      }
    }
  }
}
