import PGDriver
import PGSystem
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TypeTests {
  @Suite("Foundation's types")
  struct FoundationTests {
    private struct Event: Decodable, Equatable {
      let id: UUID
      let at: Date
    }

    @Test("UUIDs go out and come back", arguments: TestDriver.allCases)
    func uuids(driver: TestDriver) async throws {
      let values = (0..<randomCount).map { _ in UUID() }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "uuid") { $0.uuidString.lowercased() == $1 }
      }
    }

    @Test("Dates go out and come back to the microsecond", arguments: TestDriver.allCases)
    func dates(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 80)
      let range = Int64(4_000_000_000_000_000)
      let points = random.values {
        PostgresTimestampTZ(microseconds: Int64.random(in: -range...range, using: &$0))
      }
      #expect(points.allSatisfy { PostgresTimestampTZ(Date($0)) == $0 })
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(points.map { Date($0) }, as: "timestamptz") {
          PostgresTimestampTZ($0)?.description == $1
        }
        let infinite = try await connection.decodingError("SELECT 'infinity'::timestamptz", as: Date.self)
        #expect(infinite.message.contains("doesn't fit"))
        let local = try await connection.decodingError("SELECT now()::timestamp", as: Date.self)
        #expect(local.message.contains("without time zone"))
        let far = await #expect(throws: PostgresError.self) {
          _ = try await connection.query("SELECT \(Date(timeIntervalSinceReferenceDate: 1e300))")
        }
        #expect(far?.code == .encoding)
      }
    }

    @Test("A struct has them as properties", arguments: TestDriver.allCases)
    func properties(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let event = Event(id: UUID(), at: Date(timeIntervalSinceReferenceDate: 0))
        let rows = try await connection.query("SELECT \(event.id) AS id, timestamptz '2001-01-01' AS at")
        #expect(try rows.decode(Event.self) == [event])
      }
    }

    @Test("Data, Decimal and URL go out and come back", arguments: TestDriver.allCases)
    func others(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 93)
      let data =
        [Data()] + random.values(200) { random in Data((0..<random.number(below: 40)).map { UInt8($0) }) }
      let decimals = [Decimal.nan, 0, -1] + random.values(500) { Decimal($0.integer(Int.self)) / 1000 }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(data, as: "bytea") { $1.utf8.count == 2 + 2 * $0.count }
        try await connection.expectRoundTrip(decimals, as: "numeric") {
          $0.isNaN || Decimal(string: $1) == $0
        }
        try await connection.expect("SELECT 7", as: Decimal.self, equals: 7)
        for number in ["'Infinity'", "1e200", "0.\(String(repeating: "3", count: 60))"] {
          let error = try await connection.decodingError(
            PostgresQuery(sql: "SELECT \(number)::numeric"), as: Decimal.self)
          #expect(error.message.contains("doesn't fit"))
        }
        let url = try #require(URL(string: "https://example.com/a?b=%20c"))
        try await connection.expect("SELECT \(url)", as: URL.self, equals: url)
        try await connection.expect("SELECT \([url])", as: [URL].self, equals: [url])
        let error = try await connection.decodingError("SELECT ''::text", as: URL.self)
        #expect(error.message.contains("not a valid URL"))
      }
    }

    private struct Settings: Codable, Equatable {
      let name: String
      let sizes: [Int]
      let since: Date
    }

    private struct Owner: Decodable {
      let userName: String
      let settings: PostgresCodableJSON<Settings>
      let _id: Int?
    }

    @Test("Codable values are kept as JSON", arguments: TestDriver.allCases)
    func codable(driver: TestDriver) async throws {
      let settings = Settings(name: "é\"", sizes: [1, 2], since: Date(timeIntervalSinceReferenceDate: 0))
      try await driver.withTextConnection { connection in
        try await connection.execute(
          "CREATE TEMPORARY TABLE t (user_name text, settings jsonb, plain json, _id int)")
        let json = PostgresCodableJSON(settings)
        let query: PostgresQuery = "INSERT INTO t VALUES ('n', \(json), \(json), 7) RETURNING settings, plain"
        for inText in [false, true] {
          let rows = try await connection.query(inText ? query.inTextFormat() : query)
          let (back, plain) = try rows[0].decode(
            (PostgresCodableJSON<Settings>, PostgresCodableJSON<Settings>?).self)
          #expect(back == json && plain == json)
        }
        let all = try await connection.query("SELECT user_name, settings, _id FROM t")
        let owners = try all.decode(Owner.self, keys: .convertFromSnakeCase)
        #expect(owners.count == 2 && owners[0].userName == "n" && owners[0].settings.value == settings)
        #expect(try all[1].decode(Owner.self, keys: .convertFromSnakeCase)._id == 7)
        let unconverted = #expect(throws: PostgresError.self) { try all.decode(Owner.self) }
        #expect(unconverted?.message.contains("no column \"userName\"") == true)
        let error = try await connection.decodingError(
          "SELECT '{\"name\": 1}'::jsonb AS s", as: PostgresCodableJSON<Settings>.self)
        #expect(error.message.contains("\"s\"") && error.message.contains("JSON of Settings"))
        let sent = try await errorOf {
          try await connection.query("SELECT \(PostgresCodableJSON(Double.nan))")
        }
        #expect(sent.code == .encoding && sent.message.contains("JSON"))
      }
    }
  }
}
