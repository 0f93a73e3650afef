import PGDriver
import PGTestSupport
import Testing

private struct GaveUp: Error {}
private struct Enough: Error {}

extension PostgresConnection {
  /// COPY in on whichever driver, piece by piece; nil in place of a piece gives up.
  fileprivate func copy(in sql: String, _ pieces: [String?]) async throws -> Int {
    switch self {
    case let connection as SyncConnection:
      return try connection.copyIn(sql) { writer in
        for piece in pieces {
          guard let piece else { throw GaveUp() }
          try writer.write(piece.utf8)
        }
      }
    case let connection as AsyncConnection:
      return try await connection.copyIn(sql) { writer in
        for piece in pieces {
          guard let piece else { throw GaveUp() }
          try await writer.write(piece.utf8)
        }
      }
    default: return -1
    }
  }

  /// COPY out on whichever driver: all that came, until so many pieces were taken.
  fileprivate func copy(out sql: String, atMost limit: Int = .max) async throws -> String {
    var all: [UInt8] = []
    var count = 0
    do {
      switch self {
      case let connection as SyncConnection:
        try connection.copyOut(sql) { pieces in
          while let piece = try pieces.next() {
            guard count < limit else { throw Enough() }
            count += 1
            all += piece
          }
        }
      case let connection as AsyncConnection:
        try await connection.copyOut(sql) { pieces in
          for try await piece in pieces {
            guard count < limit else { throw Enough() }
            count += 1
            all += piece
          }
        }
      default: break
      }
    } catch is Enough {}
    return String(decoding: all, as: UTF8.self)
  }

  /// Binary COPY of rows on whichever driver.
  fileprivate func copy(rows: Int, into table: String) async throws -> Int {
    switch self {
    case let connection as SyncConnection:
      return try connection.copyRows(into: table) { writer in
        for i in 0..<rows { try writer.append(Int32(i), "row \(i)", i % 3 == 0 ? nil : Double(i) / 3) }
      }
    case let connection as AsyncConnection:
      return try await connection.copyRows(into: table) { writer in
        for i in 0..<rows { try await writer.append(Int32(i), "row \(i)", i % 3 == 0 ? nil : Double(i) / 3) }
      }
    default: return -1
    }
  }
}

@Suite("COPY", .paced, .timeLimit(.minutes(5)))
struct CopyTests {
  @Test("takes text in and gives it out again", arguments: TestDriver.allCases)
  func text(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int, s text)")
      #expect(
        try await connection.copy(in: "COPY t FROM STDIN", ["1\to", "ne\n2\t", "two\n", "3\t\\N\n"]) == 3)
      #expect(try await connection.copy(out: "COPY t TO STDOUT") == "1\tone\n2\ttwo\n3\t\\N\n")
      #expect(try await connection.copy(out: "COPY t TO STDOUT (FORMAT csv)") == "1,one\n2,two\n3,\n")
    }
  }

  @Test("takes rows in binary, with NULLs", arguments: TestDriver.allCases)
  func binary(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int, s text, x float8)")
      #expect(try await connection.copy(rows: 20_000, into: "t") == 20_000)
      let (count, sum, nulls) = try await connection.query(
        "SELECT count(*), sum(n), count(*) FILTER (WHERE x IS NULL) FROM t WHERE s = 'row ' || n"
      )[0].decode((Int, Int, Int).self)
      #expect(count == 20_000 && sum == 199_990_000 && nulls == 6667)
    }
  }

  @Test("takes more than any buffer holds", arguments: TestDriver.allCases)
  func large(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (s text)")
      let line = String(repeating: "z", count: 99_999) + "\n"
      #expect(try await connection.copy(in: "COPY t FROM STDIN", Array(repeating: line, count: 200)) == 200)
      #expect(try await connection.copy(out: "COPY t TO STDOUT").utf8.count == 20_000_000)
    }
  }

  @Test("that the client gives up stores nothing", arguments: TestDriver.allCases)
  func givenUp(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      await #expect(throws: (any Error).self) {
        try await connection.copy(in: "COPY t FROM STDIN", ["1\n", nil])
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("of data that the server refuses is its error", arguments: TestDriver.allCases)
  func refusedData(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let many = Array(repeating: String(repeating: "1\n", count: 50_000), count: 50)
      let error = try await inBoundedTime {
        try await errorOf { try await connection.copy(in: "COPY t FROM STDIN", ["1\n", "x\n"] + many) }
      }
      #expect(error.sqlState == .invalidTextRepresentation)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("out that is left early is cancelled, and the connection usable", arguments: TestDriver.allCases)
  func leftEarly(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let some = try await inBoundedTime {
        try await connection.copy(out: "COPY (SELECT generate_series(1, 1000000000)) TO STDOUT", atMost: 3)
      }
      #expect(some == "1\n2\n3\n")
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test(
    "out that fails after some of its data fails in the body, which would else take that for all",
    arguments: TestDriver.allCases)
  func failsMidway(driver: TestDriver) async throws {
    let sql = "COPY (SELECT 1 / (100 - i) FROM generate_series(1, 200) i) TO STDOUT"
    try await driver.withConnection { connection in
      var (pieces, isWhole) = (0, false)
      let error = try await errorOf {
        switch connection {
        case let connection as SyncConnection:
          try connection.copyOut(sql) { data in
            while try data.next() != nil { pieces += 1 }
            isWhole = true
          }
        case let connection as AsyncConnection:
          try await connection.copyOut(sql) { data in
            for try await _ in data { pieces += 1 }
            isWhole = true
          }
        default: Issue.record("an unknown driver")
        }
      }
      #expect(error.sqlState?.rawValue == "22012" && pieces == 99 && !isWhole)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("out of rows that it changes is seen through when it is left early", arguments: TestDriver.allCases)
  func changesLeftEarly(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      let changes = [
        ("COPY (INSERT INTO t SELECT generate_series(1, 200000) RETURNING n) TO STDOUT", 200_000),
        ("copy (with d as (select 1) update t set n = n returning n) to stdout", 200_000),
        ("COPY (DELETE FROM t RETURNING n) TO STDOUT (FORMAT binary)", 0),
      ]
      for (sql, count) in changes {
        _ = try await connection.copy(out: sql, atMost: 1)
        #expect(try await connection.value("SELECT count(*) FROM t") == Int64(count), "\(sql)")
      }
      try await connection.transaction { connection in
        _ = try await connection.copy(out: "COPY (INSERT INTO t VALUES (1) RETURNING n) TO STDOUT", atMost: 0)
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 1)
    }
  }

  @Test("in without any row stores none, in each format", arguments: TestDriver.allCases)
  func nothing(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      for format in ["text", "csv", "binary"] {
        let sql = "COPY t FROM STDIN (FORMAT \(format))"
        switch connection {
        case let connection as SyncConnection:
          #expect(try connection.copyIn(sql) { _ in } == 0)
          // As of a file that is empty.
          #expect(try connection.copyIn(sql) { try $0.write([UInt8]()) } == 0)
          #expect(try connection.copyRows(into: "t") { _ in } == 0)
        case let connection as AsyncConnection:
          #expect(try await connection.copyIn(sql) { _ in } == 0)
          #expect(try await connection.copyIn(sql) { try await $0.write([UInt8]()) } == 0)
          #expect(try await connection.copyRows(into: "t") { _ in } == 0)
        default: Issue.record("an unknown driver")
        }
      }
    }
  }

  @Test("statements that are none are refused", arguments: TestDriver.allCases)
  func notACopy(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf { try await connection.copy(in: "SELECT 1", ["1\n"]) }
      #expect(error.code == .misuse && error.message.hasSuffix("It was run all the same."))
      let other = try await errorOf { try await connection.copy(in: "COPY (SELECT 1) TO STDOUT", ["1\n"]) }
      #expect(other.code == .misuse && !other.message.contains("It was run"))
      let refused = try await errorOf { try await connection.copy(in: "COPY nowhere FROM STDIN", ["1\n"]) }
      #expect(refused.sqlState == .undefinedTable)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("whose connection is terminated midway ends with an error", arguments: TestDriver.allCases)
  func terminated(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (s text)")
      let backend = await connection.backendProcessID
      async let end: Void = SharedDatabase.terminate(backend)
      let line = String(repeating: "z", count: 99_999) + "\n"
      let error = try await inBoundedTime {
        try await errorOf {
          try await connection.copy(in: "COPY t FROM STDIN", Array(repeating: line, count: 100_000))
        }
      }
      #expect(error.code == .connectionLost)
      try await end
    }
  }
}
