import PGDriver
import PGTestSupport
import Testing

@Suite("A query on a connection", .paced, .timeLimit(.minutes(5)))
struct QueryTests {
  @Test("takes interpolated values for data, whatever SQL is in them", arguments: TestDriver.allCases)
  func injection(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE students (name text)")
      let name = "Robert'); DROP TABLE students; -- $1 \\ \""
      let inserted = try await connection.query("INSERT INTO students VALUES (\(name))")
      #expect(inserted.affectedRows == 1)
      let stored: String = try await connection.value("SELECT name FROM students WHERE name = \(name)")
      #expect(stored == name)
    }
  }

  @Test("sends nil as NULL, of a string and of a number", arguments: TestDriver.allCases)
  func null(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let rows = try await connection.query("SELECT \(nil as String?)::text, \(nil as Int?), \(7 as Int?)")
      let (text, none, some) = try rows[0].decode((String?, Int?, Int?).self)
      #expect(text == nil)
      #expect(none == nil)
      #expect(some == 7)
    }
  }

  @Test("tells an empty string from NULL", arguments: TestDriver.allCases)
  func emptyString(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let empty: String? = try await connection.value("SELECT \("")::text")
      #expect(empty == "")
      let rows = try await connection.query("SELECT \("")::text, \(nil as String?)::text, \("x")::text")
      let (first, second, third) = try rows[0].decode((String?, String?, String?).self)
      #expect(first == "")
      #expect(second == nil)
      #expect(third == "x")
    }
  }

  @Test(
    "takes from no parameter to as many as the protocol has room for", arguments: TestDriver.allCases,
    [0, 1, 5, 1000, 65535])
  func parameterCount(driver: TestDriver, count: Int) async throws {
    try await driver.withConnection { connection in
      let sum = (0...count).map { $0 == 0 ? "0::int8" : "$\($0)" }.chunked(by: 1000)
        .map { "(" + $0.joined(separator: " + ") + ")" }.joined(separator: " + ")
      let query = PostgresQuery(sql: "SELECT \(sum)", parameters: (0..<count).map { Int64($0) })
      let answer: Int64 = try await connection.value(query)
      #expect(answer == Int64(count * (count - 1) / 2))
    }
  }

  @Test(
    "with more than 65535 parameters is refused, and the connection stays usable",
    arguments: TestDriver.allCases)
  func tooManyParameters(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let query = PostgresQuery(sql: "SELECT 1", parameters: Array(repeating: 1, count: 65536))
      let error = try await errorOf { try await connection.query(query) }
      #expect(error.code == .encoding)
      #expect(error.message.contains("65535"))
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test(
    "with a zero character in a parameter is refused, and the connection stays usable",
    arguments: TestDriver.allCases)
  func zeroCharacterInParameter(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf { try await connection.query("SELECT \("a\u{0}b")::text") }
      #expect(error.code == .encoding)
      let answer: String = try await connection.value("SELECT \("ab")::text")
      #expect(answer == "ab")
    }
  }

  @Test(
    "with a zero character in its SQL is refused, for C would cut it off there",
    arguments: TestDriver.allCases)
  func zeroCharacterInSQL(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      for _ in 1...2 {
        let inQuery = try await errorOf { try await connection.query("SELECT 1 \u{0} + 1") }
        #expect(inQuery.code == .encoding)
      }
      let inScript = try await errorOf { try await connection.execute("SELECT 1 \u{0} + 1") }
      #expect(inScript.code == .encoding)
      #expect(try await connection.query("SELECT 1").count == 1)
    }
  }

  @Test("that is empty answers no rows", arguments: TestDriver.allCases, ["", " ", "-- nothing"])
  func empty(driver: TestDriver, sql: String) async throws {
    try await driver.withConnection { connection in
      let rows = try await connection.query(PostgresQuery(sql: sql))
      #expect(rows.isEmpty)
      #expect(rows.columns.isEmpty)
      #expect(rows.affectedRows == nil)
      try await connection.execute(sql)
    }
  }

  @Test("says how many rows it touched, and what it did", arguments: TestDriver.allCases)
  func tags(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let created = try await connection.query("CREATE TEMPORARY TABLE numbers (n int)")
      #expect(created.affectedRows == nil)
      #expect(created.commandTag == "CREATE TABLE")
      let inserted = try await connection.query("INSERT INTO numbers SELECT generate_series(1, 10)")
      #expect(inserted.affectedRows == 10)
      #expect(inserted.commandTag == "INSERT 0 10")
      let updated = try await connection.query("UPDATE numbers SET n = -n WHERE n > \(7)")
      #expect(updated.affectedRows == 3)
      #expect(updated.commandTag == "UPDATE 3")
      #expect(updated.isEmpty)
      let deleted = try await connection.query("DELETE FROM numbers WHERE n < 0 RETURNING n")
      #expect(deleted.affectedRows == 3)
      #expect(deleted.count == 3)
      let selected = try await connection.query("SELECT n FROM numbers WHERE n > 100")
      #expect(selected.affectedRows == 0)
      #expect(selected.commandTag == "SELECT 0")
    }
  }

  @Test(
    "of two statements is refused; a script of them runs as one transaction", arguments: TestDriver.allCases)
  func severalStatements(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf { try await connection.query("SELECT 1; SELECT 2") }
      #expect(error.code == .server)
      #expect(error.sqlState == .syntaxError)
      try await connection.execute(
        "CREATE TEMPORARY TABLE t (n int); INSERT INTO t VALUES (1); SELECT * FROM t; INSERT INTO t VALUES (2);"
      )
      let failure = try await errorOf {
        try await connection.execute("INSERT INTO t VALUES (3); SELECT 1 / 0; INSERT INTO t VALUES (4)")
      }
      #expect(failure.sqlState == SQLState(rawValue: "22012"))
      let sum: Int64 = try await connection.value("SELECT sum(n) FROM t")
      #expect(sum == 3)
      #expect(await connection.transactionStatus == .idle)
    }
  }

  @Test("of COPY is an error and no hang, and leaves the connection usable", arguments: TestDriver.allCases)
  func copy(driver: TestDriver) async throws {
    for statement in ["COPY pg_class TO STDOUT", "COPY t FROM STDIN"] {
      for isScript in [false, true] {
        try await driver.withConnection { connection in
          try await connection.execute("CREATE TEMPORARY TABLE t (n int)")
          let error = try await inBoundedTime {
            try await errorOf {
              if isScript { return try await connection.execute("SELECT 1; \(statement)") }
              _ = try await connection.query(PostgresQuery(sql: statement))
            }
          }
          #expect(error.code == .misuse)
          #expect(error.message.contains("COPY"))
          #expect(try await connection.value("SELECT 1") == Int32(1))
        }
      }
    }
  }
}

extension Array {
  /// Runs of elements of at most a length: the server's parser has a limit to the depth of an expression.
  fileprivate func chunked(by length: Int) -> [ArraySlice<Element>] {
    stride(from: 0, to: count, by: length).map { self[$0..<Swift.min($0 + length, count)] }
  }
}
