import PGDriver
import PGTestSupport
import Testing

@Suite("A cursor", .paced, .timeLimit(.minutes(5)))
struct CursorTests {
  /// The batches' sizes and all numbers, read on whichever driver.
  private func read(
    _ query: PostgresQuery, batchSize: Int, on connection: any PostgresConnection, until limit: Int = .max
  ) async throws -> (sizes: [Int], numbers: [Int32]) {
    var sizes: [Int] = []
    var numbers: [Int32] = []
    func take(_ batch: PostgresRows) throws -> Bool {
      sizes.append(batch.count)
      for row in batch { numbers.append(try row.decode(at: 0)) }
      return numbers.count < limit
    }
    if let connection = connection as? SyncConnection {
      try connection.withCursor(for: query, batchSize: batchSize) { try take($0) }
    } else {
      try await connection.withCursor(for: query, batchSize: batchSize) { try take($0) }
    }
    return (sizes, numbers)
  }

  @Test("gives all rows in order, a batch at a time", arguments: TestDriver.allCases)
  func batches(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for (rows, sizes) in [(0, []), (1, [1]), (299, [100, 100, 99]), (300, [100, 100, 100])]
        as [(Int32, [Int])]
      {
        let read = try await read(
          "SELECT i FROM generate_series(1, \(rows)) i", batchSize: 100, on: connection)
        #expect(read.sizes == sizes)
        #expect(read.numbers == Array(1..<(rows + 1)))
      }
      #expect(await connection.transactionStatus == .idle)
      // The same name, for other columns.
      try await connection.withCursor(for: "SELECT 'a', 2") { batch in
        let (letter, number) = try batch[0].decode((String, Int32).self)
        #expect(letter == "a" && number == 2)
        return true
      }
    }
  }

  @Test("can be left early, and the connection is usable", arguments: TestDriver.allCases)
  func early(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let read = try await read(
        "SELECT i FROM generate_series(1, 1000000) i", batchSize: 10, on: connection, until: 20)
      #expect(read.numbers == Array(1...20))
      #expect(await connection.transactionStatus == .idle)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("lets other statements run, and other cursors, between its batches", arguments: TestDriver.allCases)
  func between(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      var sum: Int32 = 0
      try await connection.withCursor(for: "SELECT i FROM generate_series(1, 4) i", batchSize: 2) { batch in
        for row in batch {
          let i = try row.decode(Int32.self, at: 0)
          try await connection.withCursor(
            for: "SELECT \(i) * j FROM generate_series(1, 3) j", batchSize: 2, named: "inner"
          ) { inner in
            for row in inner { sum += try row.decode(Int32.self, at: 0) }
            return true
          }
        }
        return try await connection.value("SELECT true")
      }
      #expect(sum == 60)
    }
  }

  @Test("works in the transaction that it is in", arguments: TestDriver.allCases)
  func inTransaction(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.transaction { connection in
        try await connection.execute("CREATE TEMPORARY TABLE seen AS SELECT 7 AS n")
        let read = try await read("SELECT n FROM seen", batchSize: 5, on: connection)
        #expect(read.numbers == [7])
        #expect(await connection.transactionStatus == .inTransaction)
      }
      #expect(try await connection.value("SELECT n FROM seen") == Int32(7))
    }
  }

  @Test(
    "whose query or body fails ends with the failure, its transaction rolled back",
    arguments: TestDriver.allCases)
  func failing(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let refused = try await errorOf { try await read("SELECT no_column", batchSize: 5, on: connection) }
      #expect(refused.sqlState == SQLState(rawValue: "42703"))
      let midway = try await errorOf {
        try await read("SELECT 12 / (3 - i) FROM generate_series(1, 9) i", batchSize: 1, on: connection)
      }
      #expect(midway.sqlState == SQLState(rawValue: "22012"))
      let own = try await errorOf {
        try await connection.withCursor(for: "SELECT 1") { _ in throw PostgresError(.misuse, "own") }
      }
      #expect(own.message == "own")
      #expect(await connection.transactionStatus == .idle)
    }
  }

  @Test("takes no batch of less than a row", arguments: TestDriver.allCases)
  func batchSize(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf { try await read("SELECT 1", batchSize: 0, on: connection) }
      #expect(error.code == .misuse)
      #expect(error.message.contains("Ask for 1 or more"))
    }
  }
}
