import PGDriver
import Testing

extension TypeTests {
  @Suite("Rows")
  struct RowDecodingTests {
    private enum Level: String, Decodable { case low, high }

    private struct Account: Decodable, Equatable {
      let id: Int
      let name: String?
      let balance: PostgresNumeric
      let level: Level
      let tags: [String]
      let grid: [[Int32?]]
      let levels: [Level]
      let missing: String?
      let small: Int8
      let created: PostgresTimestamp

      enum CodingKeys: String, CodingKey {
        case id, name, balance, level, tags, grid, levels, missing, small
        case created = "created_at"
      }
    }

    private static let accounts: PostgresQuery = """
      SELECT i AS id, CASE WHEN i > 1 THEN 'n' || i END AS name, 1.50 AS balance, 'low' AS level, ARRAY['a', 'b'] AS tags,
        ARRAY[[1, NULL], [3, 4]] AS grid, ARRAY['high', 'low'] AS levels, 5::int2 AS small,
        timestamp '2000-01-01' AS created_at
      FROM generate_series(1, 3) AS i
      """

    @Test("Rows are decoded as structs by their columns' names", arguments: TestDriver.allCases)
    func structs(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let rows = try await connection.query(Self.accounts)
        let accounts = try rows.decode(Account.self)
        #expect(accounts.map(\.id) == [1, 2, 3] && accounts.map(\.name) == [nil, "n2", "n3"])
        let account = try rows[1].decode(Account.self)
        #expect(account == accounts[1] && account.balance.description == "1.50" && account.level == .low)
        #expect(
          account.tags == ["a", "b"] && account.grid == [[1, nil], [3, 4]] && account.levels == [.high, .low])
        #expect(
          account.missing == nil && account.small == 5
            && account.created == PostgresTimestamp(microseconds: 0))
      }
    }

    @Test("A struct that doesn't fit the row is an error that says why", arguments: TestDriver.allCases)
    func unfit(driver: TestDriver) async throws {
      struct Named: Decodable { let name: String }
      struct Small: Decodable { let value: Int8 }
      struct Leveled: Decodable { let level: Level }
      struct Nested: Decodable { let name: Named }
      try await driver.withTextConnection { connection in
        try await Self.expectFailure(
          connection, "SELECT 1 AS id", Named.self, saying: "no column \"name\"; its columns are: id")
        try await Self.expectFailure(
          connection, "SELECT 1 AS name", Named.self, saying: "\"name\" (number 0) can't be decoded as String"
        )
        try await Self.expectFailure(connection, "SELECT NULL::text AS name", Named.self, saying: "NULL")
        try await Self.expectFailure(connection, "SELECT 300 AS value", Small.self, saying: "doesn't fit")
        try await Self.expectFailure(
          connection, "SELECT 'huge' AS level", Leveled.self, saying: "column \"level\"")
        try await Self.expectFailure(connection, "SELECT 'x' AS name", Nested.self, saying: "holds one value")
      }
    }

    @Test("Values are had by index, by name and as tuples", arguments: TestDriver.allCases)
    func accessors(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let rows = try await connection.query(
          "SELECT 1 AS a, 'x' AS \"B\", NULL::int4 AS a FROM generate_series(1, 2)")
        let row = try #require(rows.first)
        #expect(try row.decode(Int.self, at: 0) == 1 && row.decode(String.self, named: "B") == "x")
        #expect(try row.decode(Int.self, named: "a") == 1)
        let tuples = try rows.decode((Int, String, Int?).self)
        #expect(tuples.count == 2 && tuples[1] == (1, "x", nil))
        #expect(throws: PostgresError.self) { try row.decode((Int, String).self) }
        #expect(throws: PostgresError.self) { try row.decode(Int.self, at: 3) }
        #expect(throws: PostgresError.self) { try row.decode(Int.self, at: -1) }
        #expect(throws: PostgresError.self) { try row.decode(Int.self, named: "b") }
        let single = try await connection.query("SELECT 7")
        #expect(try single.decode(Int.self) == [7] && single[0].decode(Int.self) == 7)
      }
    }

    @Test("A mismatch names column, expected and found type", arguments: TestDriver.allCases)
    func mismatches(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        func expect<Value: PostgresDecodable>(
          _ sql: PostgresQuery, as type: Value.Type, found: String, _ expected: String
        ) async throws {
          let error = try await connection.decodingError(sql, as: type)
          #expect(error.code == .decoding)
          for part in ["\"c\"", "number 0", "as \(expected)", found] {
            #expect(error.message.contains(part), "\(error.message)")
          }
        }
        try await expect("SELECT 1::int8 AS c", as: Int32.self, found: "bigint", "Int32")
        try await expect("SELECT 1 AS c", as: Int16.self, found: "integer", "Int16")
        try await expect("SELECT 1 AS c", as: Bool.self, found: "integer", "Bool")
        try await expect("SELECT 1.5 AS c", as: Double.self, found: "numeric", "Double")
        try await expect(
          "SELECT NULL::date AS c", as: PostgresDate.self, found: "date is NULL", "PostgresDate")
        try await expect(
          "SELECT now() AS c", as: PostgresTimestamp.self, found: "with time zone", "PostgresTimestamp")
        try await expect(
          "SELECT now()::timestamp AS c", as: PostgresTimestampTZ?.self, found: "without time zone",
          "Optional<PostgresTimestampTZ>")
        try await expect("SELECT 'a'::text AS c", as: PostgresJSON.self, found: "text", "PostgresJSON")
        try await expect("SELECT '::1'::inet AS c", as: PostgresCIDR.self, found: "inet", "PostgresCIDR")
        for type: any PostgresDecodable.Type in [
          Bool.self, Int16.self, Int32.self, Int64.self, Int.self, UInt8.self, UInt32.self, UInt64.self,
          Float.self,
          Double.self, String.self, [UInt8].self, [Int].self, PostgresNumeric.self, PostgresUUID.self,
          PostgresJSON.self,
          PostgresJSONB.self, PostgresDate.self, PostgresTime.self, PostgresTimeTZ.self,
          PostgresTimestamp.self,
          PostgresTimestampTZ.self, PostgresInterval.self, PostgresInet.self, PostgresCIDR.self,
          PostgresMACAddress.self,
          PostgresMACAddress8.self, PostgresBits.self, PostgresRange<Int32>.self,
          PostgresMultirange<Int32>.self,
          PostgresArray<Int32>.self, PostgresComposite<Int32>.self,
        ] {
          try await expect("SELECT '(1,2)'::point AS c", as: type, found: "point", "\(type)")
        }
      }
    }

    /// Expects that decoding a query's row as a struct raises an error that says something.
    private static func expectFailure<Row: Decodable>(
      _ connection: any PostgresConnection, _ query: PostgresQuery, _ type: Row.Type, saying text: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
      let rows = try await connection.query(query)
      let row = try #require(rows.first)
      let error = #expect(throws: PostgresError.self, sourceLocation: sourceLocation) { try row.decode(type) }
      #expect(error?.code == .decoding, sourceLocation: sourceLocation)
      #expect(
        error?.message.contains(text) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    }
  }
}
