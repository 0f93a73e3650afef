import PGDriver
import PGTestSupport
import Testing

extension TestDriver {
  /// Streams a query's rows on whichever driver a connection is of, until `body` answers false.
  func stream(
    _ query: PostgresQuery, on connection: any PostgresConnection, _ body: (PostgresRow) async throws -> Bool
  ) async throws {
    switch connection {
    case let connection as SyncConnection:
      let stream = try connection.withRows(of: query) { stream in
        var rows: [PostgresRow] = []
        while rows.count < 5000, let row = try stream.next() { rows.append(row) }
        return rows
      }
      for row in stream where try await !body(row) { return }
    case let connection as AsyncConnection:
      try await connection.withRows(of: query) { stream in
        for try await row in stream where try await !body(row) { return }
      }
    default: Issue.record("an unknown driver")
    }
  }
}

@Suite("Rows that are streamed", .paced, .timeLimit(.minutes(5)))
struct StreamTests {
  @Test("come one by one, all and in order", arguments: TestDriver.allCases)
  func all(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      var next: Int32 = 1
      try await driver.stream("SELECT i FROM generate_series(1, \(Int32(3000))) i", on: connection) { row in
        let number = try row.decode(Int32.self, at: 0)
        #expect(number == next)
        next += 1
        return true
      }
      #expect(next == 3001)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("can be left early; the query is cancelled and the connection usable", arguments: TestDriver.allCases)
  func early(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await inBoundedTime {
        try await driver.stream("SELECT generate_series(1, 1000000000)", on: connection) { _ in false }
      }
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("end with the failure of a query that fails midway", arguments: TestDriver.allCases)
  func midway(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf {
        try await driver.stream("SELECT 1 / (100 - i) FROM generate_series(1, 200) i", on: connection) { _ in
          true
        }
      }
      #expect(error.sqlState?.rawValue == "22012")
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("end with the failure of a query that the server refuses", arguments: TestDriver.allCases)
  func refused(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf { try await driver.stream("SELEC 1", on: connection) { _ in true } }
      #expect(error.sqlState == .syntaxError)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("leave no room for another statement meanwhile")
  func scope() async throws {
    try await TestDriver.async(.best).withConnection { connection in
      let connection = try #require(connection as? AsyncConnection)
      let error = try await inBoundedTime {
        try await errorOf {
          try await connection.withRows(of: "SELECT 1") { _ in _ = try await connection.query("SELECT 2") }
        }
      }
      #expect(error.code == .misuse)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }
}
