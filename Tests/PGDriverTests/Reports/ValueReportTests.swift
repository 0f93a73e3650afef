import Foundation
import PGDriver
import PGTestSupport
import Testing

@Suite("Reports of values that others changed, or that ended them", .paced, .timeLimit(.minutes(5)))
struct ValueReportTests {
  /// Returns psql's text of an expression with one parameter.
  private func text(
    _ value: any PostgresEncodable, as type: String, _ connection: any PostgresConnection
  ) async throws -> String {
    let query = PostgresQuery(sql: "SELECT ($1::\(type))::text", parameters: [value])
    return try await connection.value(query)
  }

  /// vapor/postgres-nio#323, psycopg/psycopg2#1507: arrays with NULL in them were encoded as something else.
  @Test("an Optional array inside of an array is its elements, or refused", arguments: TestDriver.allCases)
  func optionalInnerArray(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      #expect(try await text([1, nil, 3] as [Int?], as: "int8[]", connection) == "{1,NULL,3}")
      #expect(
        try await text([[1, nil], [3, 4]] as [[Int?]], as: "int8[]", connection) == "{{1,NULL},{3,4}}")
      #expect(try await text([[1, 2], [3, 4]] as [[Int]?], as: "int8[]", connection) == "{{1,2},{3,4}}")
      #expect(try await text([["a"]] as [[String]?], as: "text[]", connection) == "{{a}}")
      #expect(
        try await text([[[1, 2]]] as [[[UInt8]]?], as: "bytea[]", connection) == "{{\"\\\\x0102\"}}")
      // PostgreSQL manual, section 8.15: all arrays of one dimension have the same length.
      let error = try await errorOf {
        try await text([[1, 2], nil] as [[Int]?], as: "int8[]", connection)
      }
      #expect(error.code == .encoding)
    }
  }

  /// npgsql/npgsql#5340, npgsql/npgsql#1474, npgsql/npgsql#5588: a binary COPY stored the bytes of another
  /// type.
  @Test(
    "rows of another type than the column's are stored as INSERT would, or refused",
    arguments: TestDriver.allCases)
  func otherTypeInCopy(driver: TestDriver) async throws {
    let wrong: [(column: String, value: any PostgresEncodable)] = [
      ("bigint", 1.5), ("int", "1234"), ("timestamp", 1), ("uuid", "sixteen bytes ok"), ("float8", 1),
      ("date", Int32(1)), ("timestamp", Date(timeIntervalSince1970: 0)),
    ]
    for (column, value) in wrong {
      try await driver.withConnection { connection in
        try await connection.execute("SET TimeZone = 'Asia/Tokyo'; CREATE TEMPORARY TABLE t (c \(column))")
        let insert = PostgresQuery(sql: "INSERT INTO t VALUES ($1)", parameters: [value])
        let inserted: String? =
          if (try? await connection.query(insert)) == nil {
            nil
          } else {
            try await connection.value("SELECT c::text FROM t")
          }
        try await connection.execute("TRUNCATE t")
        do {
          if let connection = connection as? SyncConnection {
            try connection.copyRows(into: "t") { rows in try rows.append(row: [value]) }
          } else if let connection = connection as? AsyncConnection {
            try await connection.copyRows(into: "t") { rows in try await rows.append(row: [value]) }
          }
          #expect(try await connection.value("SELECT c::text FROM t") == inserted, "\(column) of \(value)")
        } catch {
          #expect((error as? PostgresError)?.code != .connectionLost, "\(column) of \(value)")
          #expect(try await connection.value("SELECT count(*) FROM t") == 0)
        }
      }
    }
  }

  /// transact-rs/sqlx#3685, transact-rs/sqlx#2234, rust-postgres/rust-postgres#640 and #1171: numbers out of
  /// range ended the process.
  @Test("numbers out of range are refused")
  func outOfRange() async throws {
    #expect(PostgresDate(year: .min, month: 1, day: 1) == nil)
    #expect(PostgresDate(year: .max, month: 1, day: 1) == nil)
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let wide: [any PostgresEncodable] = Array(repeating: Int32(1), count: 32_768)
      let error = try await errorOf {
        try await connection.copyRows(into: "t") { rows in try await rows.append(row: wide) }
      }
      #expect(error.code != .connectionLost)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  /// jackc/pgtype#128, MagicStack/asyncpg#364, npgsql/npgsql#6651, npgsql/npgsql#4317, transact-rs/sqlx#3685:
  /// the ends of what a date or time can be came back as something else.
  @Test("the ends of date and time come back as they are", arguments: TestDriver.allCases)
  func ends(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(
        "SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'postgres'")
      func roundTrip<Value: PostgresCodable>(
        _ type: Value.Type, _ literals: [String], as name: String
      ) async throws {
        for literal in literals {
          let value = try await connection.value("SELECT \(unescaped: "'\(literal)'::\(name)")", as: type)
          let expected = try await connection.value(
            "SELECT (\(unescaped: "'\(literal)'::\(name)"))::text", as: String.self)
          #expect(try await text(value, as: name, connection) == expected, "\(name) \(literal)")
        }
      }
      try await roundTrip(
        PostgresDate.self, ["4713-01-01 BC", "5874897-12-31", "infinity", "-infinity", "0001-12-31 BC"],
        as: "date")
      try await roundTrip(
        PostgresTimestamp.self,
        ["294276-12-31 23:59:59.999999", "-infinity", "1999-12-31 23:59:59.999999", "4713-01-01 BC"],
        as: "timestamp")
      try await roundTrip(
        PostgresTimestampTZ.self,
        ["294276-12-31 23:59:59.999999+00", "infinity", "1969-12-31 23:59:59.999999+00"],
        as: "timestamptz")
      try await roundTrip(PostgresTime.self, ["24:00:00", "00:00:00", "23:59:59.999999"], as: "time")
      try await roundTrip(PostgresTimeTZ.self, ["00:00:00+15:59:59", "24:00:00-15:59:59"], as: "timetz")
      try await roundTrip(
        PostgresInterval.self, ["-1 mon +2 days -00:00:00.000001", "178000000 years", "-2147483648 days"],
        as: "interval")
      try await roundTrip(
        PostgresRange<PostgresTimestampTZ>.self, ["[-infinity,infinity]", "(,)", "empty"], as: "tstzrange")
    }
  }

  /// npgsql/npgsql#1138, npgsql/npgsql#818: what a function without a result returns could not be read.
  @Test("void is an empty text, as psql has it", arguments: TestDriver.allCases)
  func void(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let row = try #require(try await connection.query("SELECT pg_sleep(0), 1").first)
      #expect(try row.decode(String.self, at: 0) == "")
      #expect(try row.decode(Int32.self, at: 1) == 1)
    }
  }

  /// psycopg/psycopg#157, MagicStack/asyncpg#797: an integer was sent as bigint, which the server never casts
  /// down.
  @Test("an Int32 goes where a function wants an integer", arguments: TestDriver.allCases)
  func integer(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let left: String = try await connection.value("SELECT left('abc', \(Int32(2)))")
      let element: Bool = try await connection.value("SELECT '[7]'::jsonb -> \(Int32(0)) = '7'")
      #expect(left == "ab" && element)
    }
  }
}
