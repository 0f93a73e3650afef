import PGDriver
import PGTestSupport
import Synchronization
import Testing

/// Streams, readers and writers that a body has kept, used when it has ended: what there is by then is another's.
@Suite("Kept streams", .paced, .timeLimit(.minutes(5)))
struct KeptStreamTests {
  @Test("of rows take none of the next query's, and say why", arguments: TestDriver.allCases)
  func rows(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      switch connection {
      case let connection as SyncConnection:
        let kept = try connection.withRows(of: "SELECT generate_series(1, 1000)") { $0 }
        #expect(isMisuse { try kept.next() })
        let sum = try connection.withRows(of: "SELECT generate_series(1, 1000)") { rows in
          #expect(isMisuse { try kept.next() })
          var sum: Int32 = 0
          while let row = try rows.next() { sum += try row.decode(Int32.self) }
          return sum
        }
        #expect(sum == 500_500)
      case let connection as AsyncConnection:
        let kept = try await connection.withRows(of: "SELECT generate_series(1, 1000)") { $0 }
        #expect(try await errorOf { for try await _ in kept {} }.code == .misuse)
        let sum = try await connection.withRows(of: "SELECT generate_series(1, 1000)") { rows in
          #expect(try await errorOf { for try await _ in kept {} }.code == .misuse)
          var sum: Int32 = 0
          for try await row in rows { sum += try row.decode(Int32.self) }
          return sum
        }
        #expect(sum == 500_500)
      default: Issue.record("an unknown driver")
      }
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("of COPY out take none of the next one's data", arguments: TestDriver.allCases)
  func copyOut(driver: TestDriver) async throws {
    let sql = "COPY (SELECT generate_series(1, 1000)) TO STDOUT"
    try await driver.withConnection { connection in
      switch connection {
      case let connection as SyncConnection:
        let kept = try connection.copyOut(sql) { $0 }
        let count = try connection.copyOut(sql) { data in
          #expect(isMisuse { try kept.next() })
          var count = 0
          while try data.next() != nil { count += 1 }
          return count
        }
        #expect(count == 1000)
      case let connection as AsyncConnection:
        let kept = try await connection.copyOut(sql) { $0 }
        let count = try await connection.copyOut(sql) { data in
          #expect(try await errorOf { for try await _ in kept {} }.code == .misuse)
          var count = 0
          for try await _ in data { count += 1 }
          return count
        }
        #expect(count == 1000)
      default: Issue.record("an unknown driver")
      }
    }
  }

  @Test(
    "of COPY in write nothing into the next one, and the connection stays", arguments: TestDriver.allCases)
  func copyIn(driver: TestDriver) async throws {
    let sql = "COPY t FROM STDIN"
    let binary = "COPY t FROM STDIN (FORMAT binary)"
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      switch connection {
      case let connection as SyncConnection:
        var kept: SyncCopyWriter?
        try connection.copyIn(sql) { kept = $0 }
        let writer = try #require(kept)
        #expect(isMisuse { try writer.write("1\n".utf8) })
        try connection.copyIn(sql) { data in
          #expect(isMisuse { try writer.write("2\n".utf8) })
          try data.write("3\n".utf8)
        }
        try connection.copyIn(binary) { kept = $0 }
        let rows = try #require(kept)
        #expect(isMisuse { try rows.append(Int32(1)) } && isMisuse { try rows.append(row: [Int32(1)]) })
      case let connection as AsyncConnection:
        let kept = Mutex<AsyncCopyWriter?>(nil)
        try await connection.copyIn(sql) { writer in kept.withLock { $0 = writer } }
        let writer = try #require(kept.withLock { $0 })
        #expect(try await errorOf { try await writer.write("1\n".utf8) }.code == .misuse)
        try await connection.copyIn(sql) { data in
          #expect(try await errorOf { try await writer.write("2\n".utf8) }.code == .misuse)
          try await data.write("3\n".utf8)
        }
        try await connection.copyIn(binary) { writer in kept.withLock { $0 = writer } }
        let rows = try #require(kept.withLock { $0 })
        #expect(try await errorOf { try await rows.append(Int32(1)) }.code == .misuse)
        #expect(try await errorOf { try await rows.append(row: [Int32(1)]) }.code == .misuse)
      default: Issue.record("an unknown driver")
      }
      #expect(try await connection.value("SELECT sum(n) FROM t") == Int64(3))
    }
  }

  /// Whether a body that is not asynchronous, as the blocking driver's are, throws it.
  private func isMisuse(_ body: () throws -> some Any) -> Bool {
    do {
      _ = try body()
      return false
    } catch {
      return (error as? PostgresError)?.code == .misuse
    }
  }
}
