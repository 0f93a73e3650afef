import PGDriver
import PGSystem
import Testing

extension TypeTests {
  @Suite("Scalar types")
  struct ScalarTests {
    @Test("Booleans go out and come back", arguments: TestDriver.allCases)
    func booleans(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip([true, false], as: "boolean")
      }
    }

    @Test("Integers go out and come back", arguments: TestDriver.allCases)
    func integers(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 1)
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(
          [0, .min, .max] + random.values { $0.integer(Int16.self) }, as: "int2")
        try await connection.expectRoundTrip(
          [0, .min, .max] + random.values { $0.integer(Int32.self) }, as: "int4")
        try await connection.expectRoundTrip(
          [0, .min, .max] + random.values { $0.integer(Int64.self) }, as: "int8")
        try await connection.expectRoundTrip(
          [0, .min, .max] + random.values { $0.integer(Int.self) }, as: "int8")
        try await connection.expectRoundTrip(
          [0, .max] + random.values { $0.integer(UInt32.self) }, as: "oid")
        try await connection.expectRoundTrip(
          [0, .max] + random.values { $0.integer(UInt64.self) }, as: "xid8")
      }
    }

    @Test("A wider integer takes a narrower type", arguments: TestDriver.allCases)
    func widening(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.expect("SELECT 7::int2", as: Int32.self, equals: 7)
        try await connection.expect("SELECT 7::int2", as: Int.self, equals: 7)
        try await connection.expect("SELECT 7::int4", as: Int64.self, equals: 7)
        try await connection.expect("SELECT 4294967295::oid", as: Int.self, equals: 4_294_967_295)
        try await connection.expect("SELECT 0.5::float4", as: Double.self, equals: 0.5)
        try await connection.expect("SELECT 'pg_class'::regclass", as: UInt32.self, equals: 1259)
      }
    }

    @Test(
      "Floating point numbers go out and come back, NaN and the infinities too",
      arguments: TestDriver.allCases)
    func floatingPoint(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 2)
      let floats: [Float] = [
        0, -0.0, 1, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude,
        .leastNormalMagnitude,
      ]
      let doubles: [Double] = [
        0, -0.0, 0.1, .infinity, -.infinity, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .pi,
      ]
      let randomFloats = random.values { Float(bitPattern: UInt32(truncatingIfNeeded: $0.next())) }
      let randomDoubles = random.values { Double(bitPattern: $0.next()) }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(floats + randomFloats.filter { !$0.isNaN }, as: "float4") {
          Float($1)?.bitPattern == $0.bitPattern
        }
        try await connection.expectRoundTrip(doubles + randomDoubles.filter { !$0.isNaN }, as: "float8") {
          Double($1)?.bitPattern == $0.bitPattern
        }
        let row = try #require(
          try await connection.query("SELECT \(Double.nan), \(Float.nan), \(Double.nan)::text").first)
        let (double, float, text) = try row.decode((Double, Float, String).self)
        #expect(double.isNaN && float.isNaN && text == "NaN")
      }
    }

    @Test("Bytes go out and come back, none and a megabyte too", arguments: TestDriver.allCases)
    func bytes(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 3)
      let values =
        [[], [0], Array(0...255), [UInt8](repeating: 0x5c, count: 1 << 20)]
        + random.values { random in
          (0..<random.number(below: 60)).map { _ in UInt8(random.number(below: 256)) }
        }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "bytea") { value, text in
          text == "\\x" + value.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
      }
    }

    @Test("Every \"char\" goes out and comes back", arguments: TestDriver.allCases)
    func chars(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(Array(0...255 as ClosedRange<UInt8>), as: "\"char\"") {
          value, text in
          // What isn't ASCII is written differently from version to version.
          value == 0 ? text == "" : value >= 0x80 || text == String(UnicodeScalar(value))
        }
        try await connection.expect("SELECT 'x'::\"char\"", as: String.self, equals: "x")
        try await connection.expect("SELECT ''::\"char\"", as: String.self, equals: "")
      }
    }

    @Test("Identifiers go out and come back", arguments: TestDriver.allCases)
    func uuids(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 4)
      let values =
        [PostgresUUID(value: 0), PostgresUUID(value: .max), .random()]
        + random.values { PostgresUUID(value: UInt128($0.next()) << 64 | UInt128($0.next())) }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "uuid")
      }
      #expect(values.allSatisfy { PostgresUUID($0.description) == $0 })
      #expect(
        PostgresUUID("A0EEBC999C0B4EF8BB6D6BB9BD380A11")?.description
          == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")
      #expect(PostgresUUID("") == nil && PostgresUUID("+0eebc999c0b4ef8bb6d6bb9bd380a11") == nil)
      #expect(PostgresUUID.random().description.dropFirst(14).first == "4")
    }

    @Test("Strings of bits go out and come back", arguments: TestDriver.allCases)
    func bits(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 5)
      let values =
        [PostgresBits([]), PostgresBits([true]), PostgresBits(repeatElement(true, count: 1001))]
        + random.values { random in
          PostgresBits((0..<random.number(below: 80)).map { _ in random.number(below: 2) == 1 })
        }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "varbit")
        try await connection.expectRoundTrip(values.filter { $0.count == 17 }, as: "bit(17)")
        let bits = try await connection.value("SELECT B'10110'", as: PostgresBits.self)
        #expect(bits == PostgresBits("10110") && bits[0] && !bits[1] && !bits[5])
      }
    }

    @Test("A value of an unknown type comes as its bytes, and goes back", arguments: TestDriver.allCases)
    func rawValues(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        for literal in [
          "'(1,2)'::point", "'12.34'::money", "'a & b'::tsquery", "'(3,4)'::tid", "'$.a'::jsonpath",
        ] {
          let raw = try await connection.value("SELECT \(unescaped: literal)", as: PostgresRawValue.self)
          let type = literal.split(separator: ":").last.map(String.init) ?? ""
          try await connection.expect(
            "SELECT \(raw)::\(unescaped: type)::text", as: String.self,
            equals: connection.value("SELECT \(unescaped: literal)::text", as: String.self))
        }
      }
    }
  }
}
