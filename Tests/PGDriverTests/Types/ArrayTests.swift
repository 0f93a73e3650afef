import PGDriver
import PGSystem
import Testing

extension TypeTests {
  @Suite("Arrays")
  struct ArrayTests {
    @Test("Arrays of every type go out and come back, with NULLs", arguments: TestDriver.allCases)
    func elements(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 50)
      try await driver.withTextConnection { connection in
        func check<Element: PostgresCodable & Equatable>(
          _ type: String, _ make: (inout SeededGenerator) -> Element
        )
          async throws
        {
          let values: [[Element?]] =
            [[], [nil]]
            + random.values(200) { random in
              (0..<random.number(below: 8)).map { _ in random.number(below: 4) == 0 ? nil : make(&random) }
            }
          try await connection.expectRoundTrip(values, as: "\(type)[]") { _, _ in true }
          // The server's text must be that of an array which the server itself makes of the elements.
          for value in values.prefix(40) {
            let places = (0..<value.count).map { "$\($0 + 2)" }.joined(separator: ",")
            let isSame = try await connection.value(
              PostgresQuery(
                sql: "SELECT ARRAY[\(places)]::\(type)[]::text = $1::\(type)[]::text",
                parameters: [value] + value.map { $0 as any PostgresEncodable }), as: Bool.self)
            #expect(isSame, "\(value)")
          }
        }
        try await check("bool") { $0.number(below: 2) == 0 }
        try await check("int2") { $0.integer(Int16.self) }
        try await check("int4") { $0.integer(Int32.self) }
        try await check("int8") { $0.integer(Int64.self) }
        try await check("oid") { $0.integer(UInt32.self) }
        try await check("float4") { Float($0.number(below: 1000)) / 8 }
        try await check("float8") { Double($0.number(below: 1000)) / 7 }
        try await check("numeric") { PostgresNumeric($0.integer(Int.self)) }
        try await check("text") { $0.text() }
        try await check("varchar") { $0.text() }
        try await check("bytea") { random in (0..<random.number(below: 5)).map { UInt8($0) } }
        try await check("uuid") { PostgresUUID(value: UInt128($0.next())) }
        try await check("json") { PostgresJSON("[\($0.number(below: 9))]") }
        try await check("jsonb") { PostgresJSONB("[\($0.number(below: 9))]") }
        try await check("date") { PostgresDate(days: Int32($0.number(below: 9999))) }
        try await check("time") { PostgresTime(microseconds: Int64($0.number(below: 86_400_000_000))) }
        try await check("timetz") {
          PostgresTimeTZ(PostgresTime(microseconds: 0), secondsEast: Int32($0.number(below: 9)))
        }
        try await check("timestamp") { PostgresTimestamp(microseconds: $0.integer(Int64.self) >> 10) }
        try await check("timestamptz") { PostgresTimestampTZ(microseconds: $0.integer(Int64.self) >> 10) }
        try await check("interval") { PostgresInterval(months: $0.integer(), microseconds: 5) }
        try await check("inet") { PostgresInet(PostgresIPAddress(v4: UInt32($0.number(below: 99)))) }
        try await check("macaddr8") { PostgresMACAddress8(bits: $0.next()) }
        try await check("varbit") { PostgresBits("1010".prefix($0.number(below: 5)).map { $0 == "1" }) }
        try await check("int4range") { PostgresRange($0.integer(Int16.self)...Int16.max).widened }
        try await check("int8multirange") { PostgresMultirange([PostgresRange(0..<$0.number(below: 9) + 1)]) }
      }
    }

    @Test("Nested arrays are dimensions", arguments: TestDriver.allCases)
    func nested(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip([[[1, 2], [3, 4], [5, 6]]] as [[[Int32]]], as: "int4[]") {
          _, text in
          text == "{{1,2},{3,4},{5,6}}"
        }
        try await connection.expectRoundTrip(
          [[[["a", nil]], [["", "c"]]]] as [[[[String?]]]], as: "text[]"
        ) {
          $1 == #"{{{a,NULL}},{{"",c}}}"#
        }
        try await connection.expectRoundTrip([[[[1], [2]], [[], [3]]]] as [[[[UInt8]]]], as: "bytea[]") {
          $1 == #"{{"\\x01","\\x02"},{"\\x","\\x03"}}"#
        }
        try await connection.expect("SELECT \([[], []] as [[Int32]])", as: [[Int32]].self, equals: [])
        try await connection.expect("SELECT '{}'::int4[]", as: [[[Int32]]].self, equals: [])
      }
    }

    @Test("Dimensions, lower bounds and NULLs are kept", arguments: TestDriver.allCases)
    func bounds(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 51)
      let values = try random.values(300) { $0 }.map { seed in
        var random = seed
        let dimensions = (0...random.number(below: 6)).map { _ in
          PostgresArray<Int32>.Dimension(
            count: random.number(below: 3) + 1, lowerBound: Int32(random.number(below: 7)) - 3)
        }
        let count = dimensions.reduce(1) { $0 * $1.count }
        return try PostgresArray<Int32>(
          (0..<count).map { _ in random.number(below: 3) == 0 ? nil : random.integer() },
          dimensions: dimensions
        )
      }
      let texts = try [
        PostgresArray<String>(["a b", nil, "null", "", "\"\\", "x"], lowerBound: -2),
        PostgresArray<String>(["é", "b"], dimensions: [.init(count: 1), .init(count: 2, lowerBound: 5)]),
        PostgresArray<String>([]),
      ]
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "int4[]")
        try await connection.expectRoundTrip(texts, as: "text[]")
        try await connection.expect("SELECT '[5:6]={1,2}'::int4[]", as: [Int32].self, equals: [1, 2])
        // The vectors of the catalogs are arrays that begin at 0.
        let vector = try await connection.value("SELECT '1 2'::int2vector", as: PostgresArray<Int16>.self)
        #expect(vector == PostgresArray([1, 2], lowerBound: 0))
        try await connection.expect("SELECT '7 8'::oidvector", as: [UInt32].self, equals: [7, 8])
      }
    }

    @Test("Arrays with holes are refused before they are sent", arguments: TestDriver.allCases)
    func ragged(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        for ragged in [[[1], [2, 3]], [[1], []], [[], [1]]] {
          let error = await #expect(throws: PostgresError.self) {
            _ = try await connection.query("SELECT \(ragged)")
          }
          #expect(error?.code == .encoding && error?.message.contains("equal lengths") == true)
        }
      }
      #expect(throws: PostgresError.self) { try PostgresArray([1, 2, 3], dimensions: [.init(count: 2)]) }
    }

    @Test(
      "An array of another shape or of other elements is an error that says so",
      arguments: TestDriver.allCases)
    func mismatches(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let flat = try await connection.decodingError("SELECT ARRAY[[1]] AS grid", as: [Int32].self)
        #expect(flat.message.contains("grid") && flat.message.contains("2 dimensions"))
        let deep = try await connection.decodingError("SELECT ARRAY[1]", as: [[Int32]].self)
        #expect(deep.message.contains("contains values of type integer"))
        let elements = try await connection.decodingError("SELECT ARRAY['a']", as: [Int32].self)
        #expect(elements.message.contains("text[]") && elements.message.contains("Array<Int32>"))
        let null = try await connection.decodingError("SELECT ARRAY[1, NULL]", as: [Int32].self)
        #expect(null.message.contains("NULL"))
        #expect(try await connection.decodingError("SELECT 1", as: [Int32].self).message.contains("integer"))
        #expect(
          try await connection.decodingError("SELECT 'a'::text", as: [UInt8].self).message.contains("text"))
      }
    }
  }
}

extension PostgresRange<Int16> {
  /// The same range over Int32, the way the server writes it.
  fileprivate var widened: PostgresRange<Int32> {
    guard let lower = lower?.value, let upper = upper?.value else { return .empty }
    return .between(.inclusive(Int32(lower)), .exclusive(Int32(upper) + 1))
  }
}
