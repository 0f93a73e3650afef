import PGDriver
import Testing

extension TypeTests {
  @Suite("Domains")
  struct DomainTests {
    private static let domains = """
      CREATE DOMAIN pg_temp.positive AS int4 CHECK (VALUE > 0);
      CREATE DOMAIN pg_temp.even AS pg_temp.positive CHECK (VALUE % 2 = 0);
      CREATE DOMAIN pg_temp.email AS text;
      CREATE DOMAIN pg_temp.price AS numeric(10, 2);
      CREATE DOMAIN pg_temp.key AS uuid;
      CREATE DOMAIN pg_temp.ratio AS float4;
      CREATE DOMAIN pg_temp.flag AS bool;
      CREATE DOMAIN pg_temp.numbers AS int4[];
      CREATE DOMAIN pg_temp.instant AS timestamptz;
      CREATE TYPE pg_temp.item AS (n pg_temp.positive, e pg_temp.email, p pg_temp.price, k pg_temp.key,
        r pg_temp.ratio, f pg_temp.flag, l pg_temp.numbers, t pg_temp.instant, v pg_temp.even);
      """
    private static let values = """
      7::pg_temp.positive, 'a@b'::pg_temp.email, 1.5::pg_temp.price,
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::pg_temp.key, 0.5::pg_temp.ratio, true::pg_temp.flag,
      ARRAY[1, NULL]::pg_temp.numbers, '2000-01-01 00:00:01+00'::pg_temp.instant, 8::pg_temp.even
      """
    private typealias Item = PostgresComposite<
      Int32, String, PostgresNumeric, PostgresUUID, Float, Bool, [Int32?], PostgresTimestampTZ, Int16?
    >
    private typealias Wide = PostgresComposite<
      Int, String, PostgresNumeric?, PostgresUUID, Double, Bool?, [Int?], PostgresTimestampTZ?, Int64?
    >

    @Test("are read as the types under them in composite values", arguments: TestDriver.allCases)
    func composites(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.execute(Self.domains)
        for sql in ["ROW(\(Self.values))", "ROW(\(Self.values))::pg_temp.item"] {
          let item = try await connection.value(
            PostgresQuery(sql: "SELECT \(sql)"),
            as: PostgresComposite<
              Int32, String, PostgresNumeric, PostgresUUID, Float, Bool, [Int32?], PostgresTimestampTZ, Int
            >.self)
          let wide = try await connection.value(PostgresQuery(sql: "SELECT \(sql)"), as: Wide.self)
          #expect(item.fields.0 == 7 && item.fields.1 == "a@b" && item.fields.2.description == "1.50")
          #expect(item.fields.3.description == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
          #expect(item.fields.4 == 0.5 && item.fields.5 && item.fields.6 == [1, nil])
          #expect(item.fields.7.microseconds == 1_000_000 && item.fields.8 == 8)
          #expect(wide.fields.0 == 7 && wide.fields.4 == 0.5 && wide.fields.6 == [1, nil])
          #expect(wide.fields.7 == item.fields.7 && wide.fields.8 == 8)
          let items = try await connection.value(PostgresQuery(sql: "SELECT ARRAY[\(sql)]"), as: [Wide].self)
          #expect(items == [wide])
          let error = try await connection.decodingError(PostgresQuery(sql: "SELECT \(sql)"), as: Item.self)
          #expect(error.message.contains("contains values of type oid"))
        }
      }
    }

    @Test(
      "are read as the types under them in arrays, by Decodable types too", arguments: TestDriver.allCases)
    func arrays(driver: TestDriver) async throws {
      struct Row: Decodable {
        let numbers: [Int]
        let emails: [String]
        let prices: [PostgresNumeric?]
        let small: [Int8]
      }
      try await driver.withTextConnection { connection in
        try await connection.execute(Self.domains)
        let rows = try await connection.query(
          """
          SELECT ARRAY[1, 2]::pg_temp.positive[] AS numbers, ARRAY['a@b']::pg_temp.email[] AS emails,
            ARRAY[1.5, NULL]::pg_temp.price[] AS prices, ARRAY[3]::pg_temp.positive[] AS small
          """)
        let (numbers, emails, prices, small) = try rows[0].decode(
          ([Int32], [String], [PostgresNumeric?], PostgresArray<Int>).self)
        #expect(numbers == [1, 2] && emails == ["a@b"] && small == PostgresArray([3]))
        #expect(prices.map(\.?.description) == ["1.50", nil])
        let row = try rows[0].decode(Row.self)
        #expect(row.numbers == [1, 2] && row.emails == emails && row.prices == prices && row.small == [3])
        // Not every number of bytes is of every type.
        let error = try await connection.decodingError("SELECT ARRAY[1]::pg_temp.positive[]", as: [Bool].self)
        #expect(error.message.contains("contains values of type oid"))
      }
    }

    @Test("are read in ranges of one's own", arguments: TestDriver.allCases)
    func ranges(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.execute(
          Self.domains
            + "CREATE TYPE pg_temp.span AS RANGE (subtype = int4); CREATE DOMAIN pg_temp.years AS int4range")
        let query: PostgresQuery =
          "SELECT '[1,5)'::pg_temp.span, ROW('[1,5)'::pg_temp.span, '[1,5)'::pg_temp.years)"
        let (narrow, row) = try await connection.query(query)[0].decode(
          (PostgresRange<Int32>, PostgresComposite<PostgresRange<Int>, PostgresRange<Int32>>).self)
        #expect(narrow.description == "[1,5)" && row.fields.0.description == "[1,5)")
        #expect(row.fields.1 == narrow)
      }
    }
  }
}
