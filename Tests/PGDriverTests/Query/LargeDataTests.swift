import PGDriver
import PGTestSupport
import Testing

@Suite("Large data", .paced, .timeLimit(.minutes(5)))
struct LargeDataTests {
  static let size = 20_000_000

  @Test("a result of 20 MB in many rows arrives whole", arguments: TestDriver.allCases)
  func manyRows(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let rows = try await connection.query("SELECT n, repeat('x', 1000) FROM generate_series(1, 20000) n")
      #expect(rows.count == 20000)
      var bytes = 0
      for (index, row) in rows.enumerated() {
        let (n, text) = try row.decode((Int32, String).self)
        guard n == index + 1 else {
          Issue.record("row \(index) is number \(n)")
          break
        }
        bytes += text.utf8.count
      }
      #expect(bytes == Self.size)
    }
  }

  @Test("a parameter of 20 MB arrives whole, and comes back", arguments: TestDriver.allCases)
  func parameter(driver: TestDriver) async throws {
    let text = String(repeating: "0123456789", count: Self.size / 10)
    try await driver.withConnection { connection in
      for _ in 1...2 {
        let rows = try await connection.query("SELECT length(\(text)::text), \(text)::text")
        let (length, echo) = try rows[0].decode((Int32, String).self)
        #expect(Int(length) == Self.size)
        #expect(echo.utf8.elementsEqual(text.utf8))
      }
      let answer: String = try await connection.value("SELECT \("small again")::text")
      #expect(answer == "small again")
    }
  }

  @Test("a script of 20 MB runs, though the server answers while it is sent", arguments: TestDriver.allCases)
  func script(driver: TestDriver) async throws {
    let script =
      String(repeating: "SELECT 1 / 1;\n", count: 100_000) + "/*" + String(repeating: "-", count: 18_600_000)
      + "*/"
    try await driver.withConnection { connection in
      try await connection.execute(script)
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test("others on the loop go on in the meantime", arguments: EventLoop.Backend.allCases)
  func sharesTheLoop(backend: EventLoop.Backend) async throws {
    let driver = TestDriver.async(backend)
    async let large = driver.withConnection { connection in
      try await connection.query("SELECT repeat('x', 1000) FROM generate_series(1, 20000)").count
    }
    async let small = driver.withConnection { connection in
      var sum: Int32 = 0
      for i in 1...100 { sum += try await connection.value("SELECT \(Int32(i))", as: Int32.self) }
      return sum
    }
    #expect(try await large == 20000)
    #expect(try await small == 5050)
  }
}
