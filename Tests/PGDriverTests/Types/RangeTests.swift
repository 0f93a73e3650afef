import PGDriver
import PGSystem
import Testing

extension TypeTests {
  @Suite("Ranges and multiranges")
  struct RangeTests {
    @Test("Ranges go out and come back, empty and unbounded too", arguments: TestDriver.allCases)
    func ranges(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 60)
      try await driver.withTextConnection { connection in
        func check<Bound: PostgresCodable & Comparable & CustomStringConvertible>(
          _ type: String, isDiscrete: Bool, _ make: (inout SeededGenerator) -> Bound
        ) async throws {
          let values = random.values(500) { Self.range(&$0, isDiscrete: isDiscrete, make) }
          try await connection.expectRoundTrip(values, as: type)
          try await connection.expectRoundTrip([.empty, .between(.unbounded, .unbounded)] + values, as: type)
        }
        try await check("int4range", isDiscrete: true) { $0.integer(Int32.self) }
        try await check("int8range", isDiscrete: true) { $0.integer(Int64.self) }
        try await check("numrange", isDiscrete: false) { PostgresNumeric($0.integer(Int.self)) }
        try await check("daterange", isDiscrete: true) {
          PostgresDate(days: Int32($0.number(below: 999_999)))
        }
        try await check("tsrange", isDiscrete: false) {
          PostgresTimestamp(microseconds: $0.integer(Int64.self) >> 8)
        }
        try await check("tstzrange", isDiscrete: false) {
          PostgresTimestampTZ(microseconds: $0.integer(Int64.self) >> 8)
        }
      }
    }

    @Test("The server writes a range over integers in its own form", arguments: TestDriver.allCases)
    func canonicalForm(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let range = try await connection.value(
          "SELECT \(PostgresRange((1 as Int32)...4))", as: PostgresRange<Int32>.self)
        #expect(range == PostgresRange(1..<5) && range.description == "[1,5)")
        #expect(PostgresRange((3 as Int32)..<3) == .empty)
      }
    }

    @Test("Multiranges go out and come back", arguments: TestDriver.allCases)
    func multiranges(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 61)
      let integers =
        [PostgresMultirange<Int32>([])]
        + random.values(500) { random in
          var bound: Int32 = 0
          return PostgresMultirange(
            (0..<random.number(below: 6)).map { _ in
              let lower = bound + 1 + Int32(random.number(below: 9))
              bound = lower + 1 + Int32(random.number(below: 9))
              return PostgresRange(lower..<bound)
            })
        }
      let times = [
        PostgresMultirange<PostgresTimestamp>([
          .between(.unbounded, .exclusive(PostgresTimestamp(microseconds: 0))),
          .between(.exclusive(PostgresTimestamp(microseconds: 5)), .inclusive(.infinity)),
        ])
      ]
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(integers, as: "int4multirange")
        try await connection.expectRoundTrip(times, as: "tsmultirange")
        let numbers = try await connection.value(
          "SELECT '{[1.5,2),(3,)}'::nummultirange", as: PostgresMultirange<PostgresNumeric>.self)
        #expect(numbers.description == "{[1.5,2),(3,)}")
      }
    }

    @Test("A range type of one's own is taken by the type of its bounds", arguments: TestDriver.allCases)
    func ownRangeType(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.execute("CREATE TYPE pg_temp.floatrange AS RANGE (subtype = float8)")
        let sent = PostgresRange<Double>.between(.inclusive(0.5), .exclusive(2.25))
        let back = try await connection.value(
          "SELECT \(sent)::pg_temp.floatrange", as: PostgresRange<Double>.self)
        #expect(back == sent)
      }
    }

    @Test("Bounds of another type are an error that says so", arguments: TestDriver.allCases)
    func mismatches(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let error = try await connection.decodingError(
          "SELECT '[1,2)'::numrange AS width", as: PostgresRange<Int32>.self)
        #expect(error.message.contains("width") && error.message.contains("numrange"))
        #expect(
          try await connection.decodingError("SELECT 1", as: PostgresRange<Int32>.self).message.contains(
            "integer"))
        #expect(
          try await connection.decodingError("SELECT '[1,2)'::int4range", as: PostgresMultirange<Int32>.self)
            .message.contains("int4range"))
      }
    }

    /// A range as the server would write it.
    private static func range<Bound: Comparable>(
      _ random: inout SeededGenerator, isDiscrete: Bool, _ make: (inout SeededGenerator) -> Bound
    ) -> PostgresRange<Bound> {
      let (a, b) = (make(&random), make(&random))
      guard a != b else { return .empty }
      func end(_ value: Bound, isInclusive: Bool) -> PostgresRange<Bound>.End {
        if random.number(below: 5) == 0 { return .unbounded }
        return (isDiscrete ? isInclusive : random.number(below: 2) == 0)
          ? .inclusive(value) : .exclusive(value)
      }
      let lower = end(min(a, b), isInclusive: true)
      return .between(lower, end(max(a, b), isInclusive: false))
    }
  }
}
