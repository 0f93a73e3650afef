import PGDriver
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A Date is a point in time: where a statement wants a timestamp without time zone, the server would convert it.
@Suite("A Date in a statement", .paced, .timeLimit(.minutes(5)))
struct DateInQueriesTests {
  private static let noon = Date(timeIntervalSince1970: 1_720_008_000)  // 2024-07-03 12:00 UTC

  private func withTable(
    _ driver: TestDriver, zone: String = "Europe/Berlin", cache: Int = 256,
    _ body: (any PostgresConnection) async throws -> Void
  ) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.statementCacheSize = cache
    try await driver.withConnection(to: configuration) { connection in
      try await connection.execute(
        "SET TimeZone = '\(zone)'; CREATE TEMPORARY TABLE t (local timestamp, point timestamptz)")
      try await body(connection)
    }
  }

  @Test(
    "is refused where a timestamp without time zone is wanted", arguments: TestDriver.allCases, [0, 256])
  func refused(driver: TestDriver, cache: Int) async throws {
    try await withTable(driver, cache: cache) { connection in
      let queries: [PostgresQuery] = [
        "INSERT INTO t (local) VALUES (\(Self.noon))", "INSERT INTO t (local) VALUES (\(Self.noon as Date?))",
        "SELECT * FROM t WHERE local > \(Self.noon)", "UPDATE t SET local = \(Self.noon)",
        "INSERT INTO t SELECT unnest(\([Self.noon])::timestamp[])",
      ]
      for query in queries {
        for _ in 1...2 {
          let error = try await errorOf { try await connection.query(query) }
          #expect(error.code == .encoding, "\(query.sql)")
          #expect(error.message.contains("Europe/Berlin"))
        }
        #expect(try await errorOf { try await connection.pipeline(["SELECT 1", query]) }.code == .encoding)
        #expect(await connection.transactionStatus == .idle)
      }
      let rows: [[any PostgresEncodable]] = [[Self.noon], [Self.noon]]
      let many = try await errorOf { try await connection.executeMany("INSERT INTO t VALUES ($1)", rows) }
      #expect(many.code == .encoding)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("is refused without harm to the transaction", arguments: TestDriver.allCases)
  func inTransaction(driver: TestDriver) async throws {
    try await withTable(driver) { connection in
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO t (point) VALUES (\(Self.noon))")
        let error = try await errorOf {
          try await connection.query("INSERT INTO t (local) VALUES (\(Self.noon))")
        }
        #expect(error.code == .encoding)
        // Its type can't be left open, which is no failure.
        _ = try await connection.query("SELECT date_trunc('day', \(Self.noon))")
        #expect(await connection.transactionStatus == .inTransaction)
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 1)
    }
  }

  @Test("goes wherever a point in time may", arguments: TestDriver.allCases, [0, 256])
  func allowed(driver: TestDriver, cache: Int) async throws {
    try await withTable(driver, cache: cache) { connection in
      for _ in 1...2 {
        #expect(try await connection.value("SELECT \(Self.noon)") == Self.noon)
        _ = try await connection.query("INSERT INTO t (point) VALUES (\(Self.noon))")
        let later: Bool = try await connection.value(
          "SELECT max(point) > \(Self.noon) - interval '1 day' FROM t")
        #expect(later)
        _ = try await connection.query("SELECT date_trunc('day', \(Self.noon))")
        // Who writes it knows what it does.
        _ = try await connection.query("INSERT INTO t (local) VALUES (\(Self.noon)::timestamptz)")
        _ = try await connection.pipeline(["INSERT INTO t (point) VALUES (\(Self.noon))"])[0].get()
      }
      #expect(try await connection.value("SELECT count(*) FROM t WHERE point = \(Self.noon)") == 4)
    }
  }

  @Test("is stored as it is in UTC", arguments: TestDriver.allCases)
  func utc(driver: TestDriver) async throws {
    try await withTable(driver, zone: "UTC") { connection in
      _ = try await connection.query("INSERT INTO t (local) VALUES (\(Self.noon))")
      #expect(try await connection.value("SELECT local::text FROM t") == "2024-07-03 12:00:00")
    }
  }

  @Test("is refused in a stream of rows", arguments: TestDriver.allCases)
  func stream(driver: TestDriver) async throws {
    try await withTable(driver) { connection in
      let query: PostgresQuery = "SELECT * FROM t WHERE local > \(Self.noon)"
      let error = try await errorOf {
        if let connection = connection as? SyncConnection {
          try connection.withRows(of: query) { _ in }
        } else if let connection = connection as? AsyncConnection {
          try await connection.withRows(of: query) { _ in }
        }
      }
      #expect(error.code == .encoding)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }
}
