import PGBenchKit
import PGDriver
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
  }
}
