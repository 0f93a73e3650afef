import PGDriver
import PGTestSupport
import Testing

@Suite("A pipeline", .paced, .timeLimit(.minutes(5)))
struct PipelineTests {
  @Test("answers each statement's rows in order", arguments: TestDriver.allCases)
  func inOrder(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for _ in 1...2 {
        let outcomes = try await connection.pipeline((0..<500).map { "SELECT \($0) * 2, \("row \($0)")" })
        #expect(outcomes.count == 500)
        for (index, outcome) in outcomes.enumerated() {
          let (number, text) = try outcome.get()[0].decode((Int, String).self)
          #expect(number == index * 2 && text == "row \(index)")
        }
      }
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("of nothing does nothing", arguments: TestDriver.allCases)
  func empty(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let outcomes = try await connection.pipeline([])
      #expect(outcomes.isEmpty)
      #expect(await connection.transactionStatus == .idle)
    }
  }

  @Test(
    "in which a statement fails rolls back those before and aborts those after",
    arguments: TestDriver.allCases)
  func failure(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
      for _ in 1...2 {
        let outcomes = try await connection.pipeline([
          "INSERT INTO t VALUES (\(Int32(1)))", "SELECT 1 / \(Int32(0))",
          "INSERT INTO t VALUES (\(Int32(2)))",
        ])
        try #require(outcomes.count == 3)
        #expect(throws: Never.self) { try outcomes[0].get() }
        let failure = #expect(throws: PostgresError.self) { try outcomes[1].get() }
        #expect(failure?.sqlState?.rawValue == "22012")
        let aborted = #expect(throws: PostgresError.self) { try outcomes[2].get() }
        #expect(aborted?.code == .pipelineAborted)
      }
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }

  @Test("tells what the server has against a statement's text", arguments: TestDriver.allCases)
  func badText(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let outcomes = try await connection.pipeline(["SELECT 1", "SELEC 2", "SELECT 3"])
      try #require(outcomes.count == 3)
      let failure = #expect(throws: PostgresError.self) { try outcomes[1].get() }
      #expect(failure?.sqlState == .syntaxError)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("neither side of which reads first never deadlocks", arguments: TestDriver.allCases)
  func bothWays(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let text = String(repeating: "x", count: 100_000)
      let outcomes = try await connection.pipeline(
        (0..<200).map { _ in "SELECT \(text)::text, repeat('y', 100000)" })
      #expect(outcomes.count == 200)
      for outcome in outcomes {
        #expect(try outcome.get()[0].decode(String.self, at: 0).utf8.count == 100_000)
      }
    }
  }

  /// The server tells no answer before it is asked to: what is waited for with statements left to send never comes.
  @Test(
    "goes on sending when the socket has taken all that it was given at first",
    arguments: TestDriver.allCases, [[8, 2 << 20], Array(repeating: 200_000, count: 20)])
  func taken(driver: TestDriver, lengths: [Int]) async throws {
    var configuration = try await SharedDatabase.configuration
    configuration.statementTimeout = .seconds(20)
    try await driver.withConnection(to: configuration) { connection in
      for _ in 0..<10 {
        let outcomes = try await connection.pipeline(
          lengths.map { "SELECT length(\([UInt8](repeating: 1, count: $0)))" })
        #expect(try outcomes.map { Int(try $0.get()[0].decode(Int32.self, at: 0)) } == lengths)
      }
    }
  }

  @Test("runs a statement for many rows, all or none", arguments: TestDriver.allCases)
  func executeMany(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int PRIMARY KEY, s text)")
      let rows: [[any PostgresEncodable]] = (0..<3000).map { [Int32($0), "s\($0)"] }
      #expect(try await connection.executeMany("INSERT INTO t VALUES ($1, $2)", rows) == 3000)
      let error = try await errorOf {
        try await connection.executeMany(
          "INSERT INTO t VALUES ($1, $2)", [[Int32(3000), "a"], [Int32(5), "b"]])
      }
      #expect(error.sqlState == .uniqueViolation)
      #expect(try await connection.value("SELECT count(*) FROM t") == 3000)
    }
  }

  @Test("whose connection is terminated ends with an error", arguments: TestDriver.allCases)
  func terminated(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let backend = await connection.backendProcessID
      let error = try await inBoundedTime {
        try await errorOf {
          try await connection.pipeline([
            "SELECT 1", "SELECT pg_terminate_backend(\(backend))", "SELECT 2", "SELECT pg_sleep(5)",
          ])
        }
      }
      #expect(error.code == .connectionLost)
      #expect(error.sqlState == .adminShutdown)
    }
  }

  @Test("whose end is refused throws that, for nothing of it is kept", arguments: TestDriver.allCases)
  func refusedEnd(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
      let inserts: [PostgresQuery] = ["INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)", "SELECT 1"]
      let error = try await errorOf { try await connection.pipeline(inserts) }
      #expect(error.sqlState == .uniqueViolation)
      let many = try await errorOf {
        try await connection.executeMany("INSERT INTO t VALUES ($1)", [[2 as Int32], [2 as Int32]])
      }
      #expect(many.sqlState == .uniqueViolation)
      #expect(try await connection.value("SELECT count(*) FROM t") == 0)
    }
  }
}
