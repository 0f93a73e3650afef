import PGDriver
import PGSystem
import Testing

extension TypeTests {
  @Suite("Dates and times")
  struct DateTimeTests {
    /// 4713-11-24 BC, the first day that the server takes, and 294276-12-31, the last of a timestamp.
    private static let firstDay: Int32 = -2_451_545
    private static let lastDayOfTimestamps: Int32 = 106_751_982
    private static let day: Int64 = 86_400_000_000

    @Test("Dates go out and come back", arguments: TestDriver.allCases)
    func dates(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 30)
      let lastDay: Int32 = 2_145_031_948
      let values =
        [PostgresDate.infinity, .negativeInfinity]
        + [0, -1, 59, 60, -730_119, -730_120, -730_485, Self.firstDay, lastDay].map { PostgresDate(days: $0) }
        + random.values { PostgresDate(days: Int32($0.number(below: 8_000_000)) + Self.firstDay) }
        + random.values { PostgresDate(days: Int32($0.number(below: Int(lastDay)))) }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "date")
      }
      for value in values.dropFirst(2) {
        let parts = try #require(value.components)
        #expect(PostgresDate(year: parts.year, month: parts.month, day: parts.day) == value)
      }
      #expect(
        PostgresDate(year: 2023, month: 2, day: 29) == nil
          && PostgresDate(year: 2000, month: 13, day: 1) == nil
      )
      #expect(PostgresDate(year: 2024, month: 2, day: 29)?.description == "2024-02-29")
    }

    @Test("Times go out and come back", arguments: TestDriver.allCases)
    func times(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 31)
      let values =
        [0, 1, 100_000, Self.day - 1, Self.day].map { PostgresTime(microseconds: $0) }
        + random.values { PostgresTime(microseconds: Int64($0.number(below: Int(Self.day)))) }
      let zoned =
        [-57599, 57599, 0, -1, 3600, -5400].map { PostgresTimeTZ(values[4], secondsEast: $0) }
        + random.values { random in
          PostgresTimeTZ(
            PostgresTime(microseconds: Int64(random.number(below: Int(Self.day)))),
            secondsEast: Int32(random.number(below: 115_199)) - 57599)
        }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "time")
        try await connection.expectRoundTrip(zoned, as: "timetz")
      }
      #expect(PostgresTime(hour: 4, minute: 5, second: 6, microsecond: 700)?.description == "04:05:06.0007")
      #expect(PostgresTime(hour: 24, minute: 0)?.microseconds == Self.day)
      #expect(PostgresTime(hour: 24, minute: 1) == nil && PostgresTime(hour: 0, minute: 60) == nil)
    }

    @Test(
      "Timestamps go out and come back, to the microsecond and the infinities", arguments: TestDriver.allCases
    )
    func timestamps(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 32)
      let first = Int64(Self.firstDay) * Self.day
      let last = Int64(Self.lastDayOfTimestamps + 1) * Self.day - 1
      let points =
        [.max, .min, 0, -1, 1, first, last, -Self.day]
        + random.values { Int64.random(in: first...last, using: &$0) }
        + random.values { Int64.random(in: -Self.day * 20_000...Self.day * 20_000, using: &$0) }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(
          points.map { PostgresTimestamp(microseconds: $0) }, as: "timestamp")
        try await connection.expectRoundTrip(
          points.map { PostgresTimestampTZ(microseconds: $0) }, as: "timestamptz")
      }
      for point in points.dropFirst(2) {
        let timestamp = PostgresTimestamp(microseconds: point)
        #expect(PostgresTimestamp(timestamp.date, timestamp.time) == timestamp)
      }
      #expect(PostgresTimestamp(.infinity, PostgresTime(microseconds: 0)) == .infinity)
      #expect(PostgresTimestamp(PostgresDate(days: .max - 1), PostgresTime(microseconds: 0)) == nil)
    }

    @Test(
      "The server's TimeZone changes neither kind of timestamp on its way", arguments: TestDriver.allCases)
    func timeZone(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.execute(
          "SET TimeZone = 'Asia/Tokyo'; CREATE TEMPORARY TABLE points (local timestamp, point timestamptz)")
        let local = PostgresTimestamp(microseconds: 1)
        let point = PostgresTimestampTZ(microseconds: 1)
        let rows = try await connection.query(
          "INSERT INTO points VALUES (\(local), \(point)) RETURNING local, point, local::text, point::text")
        let back = try #require(rows.first).decode(
          (PostgresTimestamp, PostgresTimestampTZ, String, String).self)
        #expect(back.0 == local && back.1 == point)
        #expect(back.2 == "2000-01-01 00:00:00.000001" && back.3 == "2000-01-01 09:00:00.000001+09")
      }
    }

    @Test("Intervals go out and come back, part by part", arguments: TestDriver.allCases)
    func intervals(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 33)
      let values =
        [
          PostgresInterval(), PostgresInterval(months: 1), PostgresInterval(months: -1, days: 1),
          PostgresInterval(months: 14, days: -3, microseconds: 14_706_700_000),
          PostgresInterval(microseconds: -1), PostgresInterval(days: -1, microseconds: 1),
          PostgresInterval(months: -11, microseconds: -1), PostgresInterval(months: .max, days: 0),
          PostgresInterval(days: .min), PostgresInterval(microseconds: .max),
          PostgresInterval(months: -13, days: 2),
        ]
        + random.values { random in
          PostgresInterval(
            months: random.integer(), days: random.integer(), microseconds: random.integer(Int64.self) / 1000)
        }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "interval")
      }
    }
  }
}
