import PGDriver
import PGSystem
import PGTestSupport
import Testing

extension PostgresConnection {
  /// COPY in on whichever driver, whose backend is terminated before the piece of an index, or after the last.
  fileprivate func copy(in sql: String, _ pieces: [String], terminatedBefore index: Int) async throws -> Int {
    let backend = await backendProcessID
    let configuration = try await SharedDatabase.configuration
    switch self {
    case let connection as SyncConnection:
      return try connection.copyIn(sql) { writer in
        for (number, piece) in pieces.enumerated() {
          if number == index { try terminateBlocking(backend, configuration) }
          try writer.write(piece.utf8)
        }
        if index == pieces.count { try terminateBlocking(backend, configuration) }
      }
    case let connection as AsyncConnection:
      return try await connection.copyIn(sql) { writer in
        for (number, piece) in pieces.enumerated() {
          if number == index { try await SharedDatabase.terminate(backend) }
          try await writer.write(piece.utf8)
        }
        if index == pieces.count { try await SharedDatabase.terminate(backend) }
      }
    default: return -1
    }
  }

  /// COPY out on whichever driver, whose backend is terminated after the first piece.
  fileprivate func copyTerminated(out sql: String) async throws {
    let backend = await backendProcessID
    let configuration = try await SharedDatabase.configuration
    var count = 0
    switch self {
    case let connection as SyncConnection:
      try connection.copyOut(sql) { pieces in
        while try pieces.next() != nil {
          if count == 0 { try terminateBlocking(backend, configuration) }
          count += 1
        }
      }
    case let connection as AsyncConnection:
      try await connection.copyOut(sql) { pieces in
        for try await _ in pieces {
          if count == 0 { try await SharedDatabase.terminate(backend) }
          count += 1
        }
      }
    default: break
    }
  }

  /// A stream of rows on whichever driver, whose backend is terminated after the first row.
  fileprivate func streamTerminated(_ query: PostgresQuery) async throws {
    let backend = await backendProcessID
    let configuration = try await SharedDatabase.configuration
    switch self {
    case let connection as SyncConnection:
      try connection.withRows(of: query) { rows in
        _ = try rows.next()
        try terminateBlocking(backend, configuration)
        while try rows.next() != nil {}
      }
    case let connection as AsyncConnection:
      try await connection.withRows(of: query) { rows in
        var isFirst = true
        for try await _ in rows {
          if isFirst { try await SharedDatabase.terminate(backend) }
          isFirst = false
        }
      }
    default: break
    }
  }
}

/// What `SharedDatabase.terminate` does, for a body that can't suspend.
private func terminateBlocking(_ backend: Int32, _ configuration: PostgresConfiguration) throws {
  let connection = try SyncConnection.connect(to: configuration)
  defer { connection.close() }
  _ = try connection.query("SELECT pg_terminate_backend(\(backend), 5000)")
}

/// Other phases are in `ClosedConnectionTests`: idle, while a query works, while a large parameter is sent.
@Suite("A backend that is terminated", .paced, .timeLimit(.minutes(5)))
struct TerminatedBackendTests {
  /// Gives a body a connection and a table, expects the body to lose the connection, and the table to stay empty.
  private func expectLoss(
    _ driver: TestDriver, _ body: (any PostgresConnection, _ table: String) async throws -> Void
  ) async throws {
    let table = "terminated_\(UInt32.random(in: .min ... .max))"
    try await driver.withConnection { try await $0.execute("CREATE TABLE \(table) (s text)") }
    try await driver.withConnection { connection in
      let error = try await inBoundedTime { try await errorOf { try await body(connection, table) } }
      #expect(error.code == .connectionLost)
      #expect(await connection.isClosed)
      #expect(try await errorOf { try await connection.query("SELECT 1") }.code == .connectionClosed)
    }
    try await driver.withConnection { connection in
      #expect(try await connection.value("SELECT count(*) FROM \(unescaped: table)") == 0)
      try await connection.execute("DROP TABLE \(table)")
    }
  }

  @Test("while a large result is partly received ends the stream", arguments: TestDriver.allCases)
  func stream(driver: TestDriver) async throws {
    try await expectLoss(driver) { connection, _ in
      try await connection.streamTerminated("SELECT repeat('x', 1000) FROM generate_series(1, 1000000)")
    }
  }

  @Test(
    "before a pipeline's answers come ends the pipeline, and nothing is kept", arguments: TestDriver.allCases)
  func beforeAnswers(driver: TestDriver) async throws {
    try await expectLoss(driver) { connection, table in
      let backend = await connection.backendProcessID
      async let _: Void = {
        try await SharedDatabase.untilAsleep(backend)
        try await SharedDatabase.terminate(backend)
      }()
      // The server keeps its answers to itself until the pipeline's end, which it doesn't come to.
      let rows = (0..<100).map { "INSERT INTO \(unescaped: table) VALUES (\("row \($0)"))" as PostgresQuery }
      _ = try await connection.pipeline(rows + ["SELECT pg_sleep(60)"])
    }
  }

  @Test(
    "among a pipeline's large answers ends the pipeline, and nothing is kept", arguments: TestDriver.allCases)
  func amongAnswers(driver: TestDriver) async throws {
    try await expectLoss(driver) { connection, table in
      let backend = await connection.backendProcessID
      let insert: PostgresQuery = "INSERT INTO \(unescaped: table) VALUES ('kept?')"
      let large = Array(repeating: "SELECT repeat('y', 1000000)" as PostgresQuery, count: 20)
      let end: PostgresQuery = "SELECT pg_terminate_backend(\(backend))"
      _ = try await connection.pipeline([insert] + large + [end] + large)
    }
  }

  @Test("in a COPY in stores nothing: before its data, amid and after them", arguments: TestDriver.allCases)
  func copyIn(driver: TestDriver) async throws {
    let line = String(repeating: "z", count: 99_999) + "\n"
    for index in [0, 20, 40] {
      try await expectLoss(driver) { connection, table in
        _ = try await connection.copy(
          in: "COPY \(table) FROM STDIN", Array(repeating: line, count: 40), terminatedBefore: index)
      }
    }
  }

  @Test("in a COPY out ends the COPY", arguments: TestDriver.allCases)
  func copyOut(driver: TestDriver) async throws {
    try await expectLoss(driver) { connection, _ in
      try await connection.copyTerminated(
        out: "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 1000000)) TO STDOUT")
    }
  }

  @Test(
    "in a transaction, after BEGIN, in a statement or before COMMIT, rolls back",
    arguments: TestDriver.allCases)
  func transaction(driver: TestDriver) async throws {
    try await expectLoss(driver) { connection, table in
      try await connection.transaction { connection in
        try await SharedDatabase.terminate(connection.backendProcessID)
        _ = try await connection.query("INSERT INTO \(unescaped: table) VALUES ('a')")
      }
    }
    try await expectLoss(driver) { connection, table in
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO \(unescaped: table) VALUES ('a')")
        _ = try await connection.query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)")
      }
    }
    try await expectLoss(driver) { connection, table in
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO \(unescaped: table) VALUES ('a')")
        try await SharedDatabase.terminate(connection.backendProcessID)
      }
    }
  }

  @Test(
    "or rather stopped in a statement is given up when it ignores the cancel request, too",
    arguments: TestDriver.allCases)
  func stopped(driver: TestDriver) async throws {
    var configuration = try await SharedDatabase.configuration
    // Time enough for another connection to see the statement asleep, on a busy machine as well.
    configuration.statementTimeout = .seconds(4)
    try await driver.withConnection(to: configuration) { connection in
      let backend = await connection.backendProcessID
      async let stop: Void = {
        try await SharedDatabase.untilAsleep(backend)
        try #require(kill(backend, SIGSTOP) == 0)
      }()
      let error = try await inBoundedTime {
        try await errorOf { try await connection.query("SELECT pg_sleep(60)") }
      }
      try await stop
      kill(backend, SIGCONT)
      #expect(error.code == .connectionLost)
      #expect(error.message.contains("cancel request"))
      #expect(await connection.isClosed)
    }
  }
}
