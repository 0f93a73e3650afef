import PGDriver
import PGSystem
import Testing

extension TypeTests {
  @Suite("Composite values")
  struct CompositeTests {
    private typealias Item = PostgresComposite<Int32, String?, [Int32], PostgresNumeric?>

    @Test("Composite values go out and come back, in arrays too", arguments: TestDriver.allCases)
    func roundTrip(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 70)
      let values = random.values(300) { random in
        Item(
          random.integer(), random.number(below: 4) == 0 ? nil : random.text(), [1, random.integer()],
          random.number(below: 4) == 0 ? nil : PostgresNumeric(random.integer(Int.self)))
      }
      try await driver.withTextConnection { connection in
        try await connection.execute(
          "CREATE TYPE pg_temp.item AS (id int4, label text, numbers int4[], price numeric)")
        for value in values {
          let (id, label, numbers, price) = value.fields
          let rows = try await connection.query(
            """
            SELECT \(value)::pg_temp.item, \([value])::pg_temp.item[],
              \(value)::pg_temp.item::text = ROW(\(id), \(label), \(numbers), \(price))::pg_temp.item::text
            """)
          let (back, array, isSame) = try #require(rows.first).decode((Item, [Item], Bool).self)
          #expect(back == value && array == [value] && isSame)
        }
      }
    }

    @Test("A row without a named type is decoded", arguments: TestDriver.allCases)
    func anonymous(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let row = try await connection.value(
          "SELECT ROW(1, 'a'::text, NULL::bool, ROW(2.5))",
          as: PostgresComposite<Int32, String, Bool?, PostgresComposite<PostgresNumeric>>.self)
        #expect(row.fields.0 == 1 && row.fields.1 == "a" && row.fields.2 == nil)
        #expect(row.fields.3.fields == PostgresNumeric("2.5"))
        let rows = try await connection.value(
          "SELECT array_agg(ROW(i, i * i)) FROM generate_series(1, 3) AS i",
          as: [PostgresComposite<Int32, Int32>].self)
        #expect(rows == [.init(1, 1), .init(2, 4), .init(3, 9)])
      }
    }

    @Test("Other fields than expected are an error that says so", arguments: TestDriver.allCases)
    func mismatches(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let count = try await connection.decodingError("SELECT ROW(1, 2)", as: PostgresComposite<Int32>.self)
        #expect(count.message.contains("2 fields"))
        let type = try await connection.decodingError(
          "SELECT ROW(1, true)", as: PostgresComposite<Int32, Int32>.self)
        #expect(type.message.contains("record") && type.message.contains("boolean"))
        let scalar = try await connection.decodingError("SELECT 1", as: PostgresComposite<Int32>.self)
        #expect(scalar.message.contains("integer"))
      }
    }
  }
}
