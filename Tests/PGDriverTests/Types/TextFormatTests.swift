import PGDriver
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension TypeTests {
  @Suite("Results in text format")
  struct TextFormatTests {
    private struct Relation: Decodable {
      let oid: Int
      let relname: String
      let relhasindex: Bool
      let reltuples: Float
      let relacl: String?
    }

    @Test("What has no binary output function is read as text", arguments: TestDriver.allCases)
    func noBinaryOutput(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let query: PostgresQuery = "SELECT * FROM pg_class WHERE relname = \("pg_class")"
        let error = try await errorOf { try await connection.query(query) }
        #expect(error.sqlState == .undefinedFunction && error.message.contains("inTextFormat()"))
        let scalar = try await errorOf {
          try await connection.query("SELECT makeaclitem(10, 10, 'SELECT', false)")
        }
        #expect(scalar.sqlState == .undefinedFunction && scalar.message.contains("inTextFormat()"))
        let absent = try await errorOf { try await connection.query("SELECT no_such_function()") }
        #expect(absent.sqlState == .undefinedFunction && !absent.message.contains("inTextFormat()"))
        let rows = try await connection.query(query.inTextFormat())
        #expect(rows.columns.allSatisfy { $0.format == .text })
        let relation = try #require(try rows.decode(Relation.self).first)
        #expect(relation.oid == 1259 && relation.relname == "pg_class" && relation.relhasindex)
        #expect(relation.relacl?.contains("=r/") == true)
        let raw = try rows[0].decode(PostgresRawValue.self, named: "relacl")
        #expect(raw.format == .text && raw.text == relation.relacl)
        let sent = try await errorOf { try await connection.query("SELECT \(raw)::aclitem[]") }
        #expect(sent.code == .encoding && sent.message.contains("String"))
        // The same statement in the binary format again.
        #expect(
          try await connection.value("SELECT relpages >= 0 FROM pg_class WHERE relname = \("pg_class")")
            == true)
      }
    }

    @Test("Pipelines and streams have it too", arguments: TestDriver.allCases)
    func pipelinesAndStreams(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let query: PostgresQuery = "SELECT relacl, \(7 as Int32) FROM pg_class WHERE oid = 1259"
        let binary: PostgresQuery = "SELECT \(8 as Int32)"
        let outcomes = try await connection.pipeline([query.inTextFormat(), binary, query.inTextFormat()])
        let rows = try outcomes.map { try $0.get() }
        #expect(rows.map { $0.columns.map(\.format) } == [[.text, .text], [.binary], [.text, .text]])
        for text in [rows[0], rows[2]] {
          let (acl, seven) = try text[0].decode((String, Int32).self)
          #expect(acl.contains("=r/") && seven == 7)
        }
        #expect(try rows[1][0].decode(Int32.self, at: 0) == 8)
        if let connection = connection as? SyncConnection {
          try connection.withRows(of: query.inTextFormat()) { stream in
            let (_, seven) = try #require(try stream.next()).decode((String, Int32).self)
            #expect(seven == 7)
          }
        } else if let connection = connection as? AsyncConnection {
          try await connection.withRows(of: query.inTextFormat()) { stream in
            for try await row in stream {
              let (_, seven) = try row.decode((String, Int32).self)
              #expect(seven == 7)
            }
          }
        }
      }
    }

    @Test("Values are the same as in the binary format", arguments: TestDriver.allCases)
    func sameValues(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        func same<Value: PostgresDecodable & Equatable>(_ sql: String, as type: Value.Type) async throws {
          let query = PostgresQuery(sql: "SELECT \(sql)")
          let binary = try await connection.query(query).decode((Value?).self)
          let text = try await connection.query(query.inTextFormat()).decode((Value?).self)
          #expect(text == binary, "\(sql)")
        }
        try await same("unnest(ARRAY[true, false, NULL])", as: Bool.self)
        try await same("unnest(ARRAY[-32768, 32767, NULL]::int2[])", as: Int16.self)
        try await same("unnest(ARRAY[-2147483648, 2147483647]::int4[])", as: Int32.self)
        try await same("unnest(ARRAY[-9223372036854775808, 7])", as: Int64.self)
        try await same("4294967295::oid", as: Int.self)
        try await same("4294967295::oid", as: UInt32.self)
        try await same("unnest(ARRAY['a', '\\', '']::\"char\"[])", as: UInt8.self)
        try await same("pg_current_xact_id_if_assigned()", as: UInt64.self)
        try await same("'16/B374D848'::pg_lsn", as: UInt64.self)
        try await same("'16/B374D848'::pg_lsn", as: PostgresLSN.self)
        try await same("unnest(ARRAY[0.1, '-Infinity', 1e-40, 3e38]::float4[])", as: Float.self)
        try await same("unnest(ARRAY[0.1, '-Infinity', 1e-40, 3e38]::float4[])", as: Double.self)
        try await same("unnest(ARRAY[0.1, 'Infinity', 5e-324, 1e308]::float8[])", as: Double.self)
        try await same(
          "unnest(ARRAY['NaN', '-0.00500', '12345678901234567890', 'Infinity']::numeric[])",
          as: PostgresNumeric.self)
        try await same("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", as: PostgresUUID.self)
        try await same("'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", as: UUID.self)
        try await same("unnest(ARRAY['\\x', '\\x00ff5c41']::bytea[])", as: [UInt8].self)
        try await same("B'10110'", as: PostgresBits.self)
        try await same("'[1, 2]'::jsonb", as: PostgresJSONB.self)
        try await same("'[1,  2]'::json", as: PostgresJSON.self)
        try await same(
          "unnest(ARRAY['2000-01-31', '0044-03-15 BC', '4713-01-01 BC', '5874897-12-31',"
            + " 'infinity']::date[])",
          as: PostgresDate.self)
        try await same("unnest(ARRAY['04:05:06.789', '24:00', '00:00']::time[])", as: PostgresTime.self)
        try await same(
          "unnest(ARRAY['04:05:06.7-08', '00:00+05:30', '1:00-00:00:01']::timetz[])",
          as: PostgresTimeTZ.self)
        let points =
          "'2000-01-31 04:05:06.789', '0044-03-15 12:00 BC', '294276-12-31 23:59:59.999999', '-infinity'"
        try await same("unnest(ARRAY[\(points)]::timestamp[])", as: PostgresTimestamp.self)
        for zone in ["UTC", "Asia/Kolkata", "America/New_York"] {
          try await connection.execute("SET TimeZone = '\(zone)'")
          try await same("unnest(ARRAY[\(points)]::timestamptz[])", as: PostgresTimestampTZ.self)
          try await same("'1800-01-31 04:05:06+00'::timestamptz", as: PostgresTimestampTZ.self)
          try await same("'2020-01-31 04:05:06.5+00'::timestamptz", as: Date.self)
        }
        try await same(
          "unnest(ARRAY['1 year 2 mons -3 days 04:05:06.7', '-25:00:00.000001', '0', '-1 mons',"
            + " '1000000 hours', '178000000 years']::interval[])", as: PostgresInterval.self)
        try await same("unnest(ARRAY['\\x00ff5c41']::bytea[])", as: [UInt8].self)
        try await connection.execute("SET bytea_output = 'escape'")
        try await same("unnest(ARRAY['\\x00ff5c5c41']::bytea[])", as: [UInt8].self)
      }
    }

    @Test("What isn't decoded from text says so", arguments: TestDriver.allCases)
    func unsupported(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        func failure<Value: PostgresDecodable>(_ query: PostgresQuery, _: Value.Type) async throws -> String {
          let error = try await connection.decodingError(query.inTextFormat(), as: Value.self)
          #expect(error.code == .decoding)
          return error.message
        }
        #expect(try await failure("SELECT ARRAY[1]", [Int32].self).contains("ask for the binary format"))
        #expect(try await failure("SELECT ROW(1)", PostgresComposite<Int32>.self).contains("binary format"))
        #expect(try await failure("SELECT '10.0.0.1'::inet", PostgresInet.self).contains("binary format"))
        #expect(try await failure("SELECT 1.5", Int.self).contains("its type is numeric"))
        #expect(try await failure("SELECT NULL::int4", Int32.self).contains("NULL"))
        try await connection.execute("SET DateStyle = 'German'")
        #expect(try await failure("SELECT '2000-01-31'::date", PostgresDate.self).contains("DateStyle ISO"))
        #expect(
          try await connection.query(PostgresQuery("SELECT '2000-01-31'::date").inTextFormat())[0]
            .decode(String.self, at: 0) == "31.01.2000")
      }
    }

    @Test("Columns tell their tables and type modifiers", arguments: TestDriver.allCases)
    func metadata(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.execute(
          """
          CREATE TEMPORARY TABLE measured (
            id int4, name varchar(20), price numeric(10, 2), rounded numeric(3, -2))
          """
        )
        let rows = try await connection.query("SELECT id, name, price, rounded, id + 1 AS next FROM measured")
        let table = try await connection.value("SELECT 'measured'::regclass", as: UInt32.self)
        let columns = rows.columns
        #expect(columns.map(\.tableOID) == [table, table, table, table, nil])
        #expect(columns.map(\.tableColumn) == [1, 2, 3, 4, nil])
        #expect(columns[0].typeModifier == nil && columns[0].maximumLength == nil)
        #expect(columns[1].typeModifier == 24 && columns[1].maximumLength == 20)
        let (precision, scale) = try #require(columns[2].numericPrecision)
        #expect(precision == 10 && scale == 2)
        #expect(try #require(columns[3].numericPrecision) == (3, -2))
      }
    }
  }
}
