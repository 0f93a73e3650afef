import PGDriver
import PGTestSupport
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What works with a server works behind PgBouncer too; or, where PgBouncer takes the connection's prepared
/// statements away, is refused with the advice to prepare none.
@Suite(
  "Behind PgBouncer", .paced, .timeLimit(.minutes(5)),
  .enabled(if: PgBouncer.isExpected, "pgbouncer isn't installed; PGBENCH_REQUIRE_PGBOUNCER=1 fails instead"))
struct PgBouncerTests {
  struct Stop: Error, Equatable {}

  @Test("queries and scripts return their own results", arguments: TestDriver.allCases, PoolerWay.all)
  func queries(driver: TestDriver, way: PoolerWay) async throws {
    try await way.withConnection(driver) { connection in
      try await connection.execute("CREATE TABLE t (n int8); INSERT INTO t SELECT generate_series(1, 10)")
      for round in 0..<20 {
        try await way.expect(round * 2, "SELECT \(round)::int8 * 2", on: connection)
        try await way.expect(min(round, 10), "SELECT count(*) FROM t WHERE n <= \(round)", on: connection)
        try await way.expect("round \(round) text", "SELECT \("round \(round)") || ' text'", on: connection)
      }
      try await connection.execute("UPDATE t SET n = n + 1; DELETE FROM t WHERE n > 10")
      try await way.expect(54, "SELECT sum(n)::int8 FROM t", on: connection)
    }
  }

  @Test(
    "transactions, nested ones too, keep or lose what they should", arguments: TestDriver.allCases,
    PoolerWay.all)
  func transactions(driver: TestDriver, way: PoolerWay) async throws {
    try await way.withConnection(driver) { connection in
      try await connection.execute("CREATE TABLE t (n int8)")
      var kept: [Int] = []
      for round in 0..<12 {
        let isKept = round % 3 != 0
        var innerIsKept = false
        do {
          let ended = try await way.runsOrAdvises {
            try await connection.transaction { connection in
              _ = try await connection.query("INSERT INTO t VALUES (\(round * 10))")
              innerIsKept = try await insertNested(connection, round * 10 + 1, stops: round % 2 == 0)
              if !isKept { throw Stop() }
            }
          }
          if ended { kept += innerIsKept ? [round * 10, round * 10 + 1] : [round * 10] }
        } catch is Stop {
          #expect(!isKept)
        }
        #expect(await connection.transactionStatus == .idle)
      }
      try await expect(kept, in: connection, way)
    }
  }

  private func insertNested(
    _ connection: some PostgresConnection, _ number: Int, stops: Bool
  ) async throws -> Bool {
    do {
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO t VALUES (\(number))")
        if stops { throw Stop() }
      }
      return true
    } catch is Stop {
      return false
    }
  }

  /// Expects a table to hold these numbers, read as text, which prepares nothing.
  private func expect(
    _ numbers: [Int], in connection: any PostgresConnection, _ way: PoolerWay,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await way.runsOrAdvises {
      let rows = try await connection.query("SELECT n FROM t ORDER BY n")
      #expect(try rows.numbers() == numbers.sorted(), sourceLocation: sourceLocation)
    }
  }

  @Test("pipelines and executeMany do all or nothing", arguments: TestDriver.allCases, PoolerWay.all)
  func pipelines(driver: TestDriver, way: PoolerWay) async throws {
    try await way.withConnection(driver) { connection in
      try await connection.execute("CREATE TABLE t (n int8)")
      var kept: [Int] = []
      for round in 0..<12 {
        let numbers = Array(round * 10..<round * 10 + 10)
        if round % 2 == 0 {
          let isDone = try await way.runsOrAdvises {
            let rows = numbers.map { [$0 as any PostgresEncodable] }
            let count = try await connection.executeMany("INSERT INTO t VALUES ($1)", rows)
            #expect(count == 10)
          }
          if isDone { kept += numbers }
        } else {
          let isDone = try await way.runsOrAdvises {
            let queries = numbers.map { "INSERT INTO t VALUES (\($0)) RETURNING n" as PostgresQuery }
            let outcomes = try await connection.pipeline(queries)
            // A failure of the first tells the reason; those of the others are its consequences.
            #expect(try outcomes.map { try $0.get()[0].decode(Int.self, at: 0) } == numbers)
          }
          if isDone { kept += numbers }
        }
        #expect(await connection.transactionStatus == .idle)
      }
      try await expect(kept, in: connection, way)
    }
  }

  @Test(
    "a Date is refused for a timestamp without time zone, and harms no transaction",
    arguments: TestDriver.allCases,
    PoolerWay.all)
  func dates(driver: TestDriver, way: PoolerWay) async throws {
    let noon = Date(timeIntervalSince1970: 1_720_008_000)
    try await way.withConnection(driver) { connection in
      try await connection.execute("CREATE TABLE t (n int8, local timestamp, point timestamptz)")
      // PgBouncer has it follow the client to each connection of the server's.
      try await connection.execute("SET TimeZone = 'Europe/Berlin'")
      var kept: [Int] = []
      for round in 0..<8 {
        // Each text is new, and has to be asked about.
        func insert(into column: String) -> PostgresQuery {
          PostgresQuery(sql: "INSERT INTO t (n, \(column)) VALUES (\(round), $1)", parameters: [noon])
        }
        let isDone = try await way.runsOrAdvises {
          if round % 2 == 0 {
            #expect(try await errorOf { try await connection.query(insert(into: "local")) }.code == .encoding)
            _ = try await connection.query(insert(into: "point"))
          } else {
            try await connection.transaction { connection in
              #expect(
                try await errorOf { try await connection.query(insert(into: "local")) }.code == .encoding)
              _ = try await connection.query(insert(into: "point"))
            }
          }
        }
        if isDone { kept.append(round) }
        #expect(await connection.transactionStatus == .idle)
      }
      try await expect(kept, in: connection, way)
    }
  }

  @Test("streams of rows and cursors come to their ends", arguments: TestDriver.allCases, PoolerWay.all)
  func streams(driver: TestDriver, way: PoolerWay) async throws {
    try await way.withConnection(driver) { connection in
      for round in 1...6 {
        try await way.runsOrAdvises {
          let numbers = try await connection.streamed(
            "SELECT n + \(round)::int8 FROM generate_series(1, 500) n")
          #expect(numbers == Array(1 + round...500 + round))
        }
        try await way.runsOrAdvises {
          let numbers = try await connection.fetched("SELECT n::int8 FROM generate_series(1, 500) n")
          #expect(numbers == Array(1...500))
        }
        #expect(await connection.transactionStatus == .idle)
      }
    }
  }

  @Test("COPY stores rows and gives them out again", arguments: TestDriver.allCases, PoolerWay.all)
  func copy(driver: TestDriver, way: PoolerWay) async throws {
    try await way.withConnection(driver) { connection in
      try await connection.execute("CREATE TABLE t (n int8)")
      for round in 0..<4 {
        #expect(try await connection.copied(rows: round * 100..<round * 100 + 50) == 50)
        #expect(try await connection.copied(text: round * 100 + 50..<round * 100 + 100) == 50)
        let text = try await connection.copiedOut("COPY (SELECT n FROM t ORDER BY n) TO STDOUT")
        let isWhole = text == (0..<round * 100 + 100).map { "\($0)\n" }.joined()
        #expect(isWhole)
      }
    }
  }

  @Test("an error ends its transaction and nothing else", arguments: TestDriver.allCases, PoolerWay.all)
  func errors(driver: TestDriver, way: PoolerWay) async throws {
    try await way.withConnection(driver) { connection in
      try await connection.execute("CREATE TABLE t (n int8 PRIMARY KEY); INSERT INTO t VALUES (0)")
      for round in 1...6 {
        let error = try await errorOf {
          try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (\(round))")
            _ = try await connection.query("INSERT INTO t VALUES (\(round - round))")
          }
        }
        if error.sqlState != .uniqueViolation { way.expectAdvice(error) }
        #expect(await connection.transactionStatus == .idle)
        try await expect([0], in: connection, way)
      }
    }
  }

  @Test("a statement is cancelled by its time-out", arguments: TestDriver.allCases, PoolerWay.all)
  func timeout(driver: TestDriver, way: PoolerWay) async throws {
    try await way.withConnection(driver, statementTimeout: .milliseconds(200)) { connection in
      for round in 1...3 {
        let error = try await inBoundedTime {
          try await errorOf { try await connection.query("SELECT pg_sleep(60)") }
        }
        if error.code != .timedOut { way.expectAdvice(error) }
        try await way.runsOrAdvises {
          let found: Int = try await withinTimeout { try await connection.value("SELECT \(round)::int8") }
          #expect(found == round)
        }
      }
    }
  }

  @Test("a statement is cancelled with its task", arguments: EventLoop.Backend.allCases, PoolerWay.all)
  func task(backend: EventLoop.Backend, way: PoolerWay) async throws {
    try await way.withBouncer { pooled, direct in
      let connection = try await AsyncConnection.connect(to: pooled, on: TestDriver.async(backend).loop)
      for round in 1...3 {
        let isOver = Recorder<Bool>()
        let task = Task {
          defer { isOver.note(true) }
          return try await connection.query("SELECT pg_sleep(60)")
        }
        // PgBouncer drops a request to cancel what it hasn't yet sent to the server.
        try await untilAsleep(in: direct) { !isOver.elements.isEmpty }
        task.cancel()
        let error = try await inBoundedTime { try await errorOf { try await task.value } }
        if error.code != .cancelled { way.expectAdvice(error) }
        try await way.expect(round, "SELECT \(round)::int8", on: connection)
      }
      await connection.close()
    }
  }

  /// Waits until a backend of a database is in `pg_sleep`, or something is over before.
  private func untilAsleep(
    in direct: PostgresConfiguration, orUntil isOver: () -> Bool
  ) async throws {
    try await TestDriver.async(.best).withConnection(to: direct) { connection in
      let isAsleep = try await eventually {
        if isOver() { return true }
        return try await connection.value(
          """
          SELECT count(*) FROM pg_stat_activity
          WHERE datname = current_database() AND wait_event = 'PgSleep'
          """) == 1
      }
      try #require(isAsleep)
    }
  }

  @Test("in session mode a notification comes to an asynchronous listener", arguments: [256, 0])
  func notification(statementCacheSize: Int) async throws {
    let way = PoolerWay(mode: .session, statementCacheSize: statementCacheSize)
    try await way.withBouncer { pooled, direct in
      let connection = try await AsyncConnection.connect(to: pooled)
      let stream = try await connection.notifications(on: "here")
      try await TestDriver.async(.best).withConnection(to: direct) { other in
        _ = try await other.query("SELECT pg_notify('here', 'now')")
      }
      let payload = try await inBoundedTime {
        for try await notification in stream { return notification.payload }
        return "the stream ended"
      }
      #expect(payload == "now")
      await connection.close()
    }
  }

  @Test("in session mode a notification comes to a blocking listener", arguments: [256, 0])
  func blockingNotification(statementCacheSize: Int) async throws {
    let way = PoolerWay(mode: .session, statementCacheSize: statementCacheSize)
    try await way.withBouncer { pooled, direct in
      try await TestDriver.sync.withConnection(to: pooled) { connection in
        let connection = try #require(connection as? SyncConnection)
        try connection.execute("LISTEN here")
        try await TestDriver.async(.best).withConnection(to: direct) { other in
          _ = try await other.query("SELECT pg_notify('here', 'now')")
        }
        #expect(try connection.nextNotification(timeout: Slowness.limit)?.payload == "now")
      }
    }
  }
}
