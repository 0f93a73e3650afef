import PGDriver
import Testing

/// A call of the public interface, to be cancelled while it runs.
struct StormCall: Sendable, CustomTestStringConvertible {
  /// What a call is told to have stored when it is cancelled.
  enum Storage: Sendable {
    /// The call stores so many rows when it returns, and none when it is cancelled.
    case rows(Int)
    /// So many when it returns; when it is cancelled all or none, for it is only the reading that ends.
    case stream(Int)
    case nothing
  }

  let name: String
  /// Whether it goes on until it is cancelled, or for much longer than that takes.
  var isEndless = false
  var storage = Storage.nothing
  /// Makes the call; the number is that of the round, which what it stores and selects is made of.
  let make: @Sendable (AsyncConnection, Int) async throws -> Void

  var testDescription: String { name }
}

/// A result that isn't the call's own.
struct WrongResult: Error, CustomStringConvertible {
  let description: String

  static func check<Value: Equatable>(_ found: Value, _ expected: Value) throws {
    guard found == expected else { throw WrongResult(description: "\(found) in place of \(expected)") }
  }
}

extension StormCall {
  /// The table t (n int8) is empty when a call begins.
  static let all = queries + manyStatements + streams + copies

  private static let queries = [
    StormCall(name: "query that sleeps", isEndless: true) { connection, _ in
      _ = try await connection.query("SELECT pg_sleep(60)")
    },
    StormCall(name: "query that is short") { connection, round in
      let rows = try await connection.query("SELECT \(round), pg_sleep(0.001)")
      try WrongResult.check(rows.numbers(), [round])
    },
    StormCall(name: "query with 4 MB to send", storage: .rows(1)) { connection, round in
      _ = try await connection.query(
        "INSERT INTO t SELECT \(round) WHERE length(\(megabytes(4))) = \(4 << 20)")
    },
    StormCall(name: "query with 5 MB to receive") { connection, _ in
      let rows = try await connection.query("SELECT repeat('x', 1000) FROM generate_series(1, 5000)")
      try WrongResult.check(rows.count, 5000)
    },
    StormCall(name: "execute", storage: .rows(2000)) { connection, round in
      let insert = "INSERT INTO t SELECT \(round) FROM generate_series(1, 1000)"
      try await connection.execute("\(insert); SELECT pg_sleep(0.001); \(insert)")
    },
  ]

  private static let manyStatements = [
    StormCall(name: "pipeline", storage: .rows(300)) { connection, round in
      let inserts = (0..<300).map { _ in "INSERT INTO t VALUES (\(round))" as PostgresQuery }
      let sleep = "SELECT pg_sleep(0.001)" as PostgresQuery
      for outcome in try await connection.pipeline(inserts + [sleep]) { _ = try outcome.get() }
    },
    StormCall(name: "pipeline with 5 MB to send and 5 MB to receive") { connection, _ in
      let text = megabytes(1)
      let queries = (0..<5).map { _ in "SELECT \(text)" as PostgresQuery }
      for outcome in try await connection.pipeline(queries) {
        try WrongResult.check(outcome.get()[0].decode(String.self, at: 0).utf8.count, 1 << 20)
      }
    },
    StormCall(name: "executeMany", storage: .rows(3000)) { connection, round in
      try await connection.executeMany("INSERT INTO t VALUES ($1)", (0..<3000).map { _ in [round] })
    },
    StormCall(name: "executeMany of many", storage: .rows(manyRows)) { connection, round in
      try await connection.executeMany("INSERT INTO t VALUES ($1)", (0..<manyRows).map { _ in [round] })
    },
    StormCall(name: "transaction", storage: .rows(2)) { connection, round in
      try await connection.transaction { connection in
        _ = try await connection.query("INSERT INTO t VALUES (\(round))")
        _ = try await connection.query("SELECT pg_sleep(0.001)")
        try await connection.transaction { _ = try await $0.query("INSERT INTO t VALUES (\(round))") }
      }
    },
    StormCall(name: "withCursor", storage: .rows(20)) { connection, round in
      try await connection.withCursor(for: "SELECT generate_series(1, 2000)", batchSize: 100) { _ in
        _ = try await connection.query("INSERT INTO t VALUES (\(round))")
        return true
      }
    },
  ]

  private static let streams = [
    StormCall(name: "withRows", storage: .stream(3000)) { connection, round in
      var count = 0
      try await connection.withRows(
        of: "INSERT INTO t SELECT \(round) FROM generate_series(1, 3000) RETURNING repeat('x', 500)"
      ) { rows in
        for try await _ in rows { count += 1 }
      }
      try WrongResult.check(count, 3000)
    },
    StormCall(name: "withRows whose rows come slowly", isEndless: true) { connection, _ in
      try await connection.withRows(of: "SELECT n, pg_sleep(0.002) FROM generate_series(1, 30000) n") {
        rows in
        for try await _ in rows {}
      }
    },
    StormCall(name: "withRows whose body suspends", isEndless: true) { connection, _ in
      try await connection.withRows(of: "SELECT repeat('x', 1000) FROM generate_series(1, 100000)") { rows in
        for try await _ in rows { try await Task.sleep(for: .milliseconds(1)) }
      }
    },
  ]

  private static let copies = [
    StormCall(name: "copyRows", storage: .rows(30_000)) { connection, round in
      let count = try await connection.copyRows(into: "t") { writer in
        for _ in 0..<30_000 { try await writer.append(round) }
      }
      try WrongResult.check(count, 30_000)
    },
    StormCall(name: "copyRows of millions", isEndless: true, storage: .rows(0)) { connection, round in
      try await connection.copyRows(into: "t") { writer in
        for _ in 0..<40_000_000 { try await writer.append(round) }
      }
    },
    StormCall(name: "copyIn", storage: .rows(20_000)) { connection, round in
      let piece = String(repeating: "\(round)\n", count: 200)
      let count = try await connection.copyIn("COPY t FROM STDIN") { writer in
        for _ in 0..<100 { try await writer.write(piece.utf8) }
      }
      try WrongResult.check(count, 20_000)
    },
    StormCall(name: "copyIn of much", isEndless: true, storage: .rows(0)) { connection, round in
      let piece = String(repeating: "\(round)\n", count: 1000)
      try await connection.copyIn("COPY t FROM STDIN") { writer in
        for _ in 0..<50_000 { try await writer.write(piece.utf8) }
      }
    },
    StormCall(name: "copyIn whose body suspends", isEndless: true, storage: .rows(0)) { connection, round in
      try await connection.copyIn("COPY t FROM STDIN") { writer in
        for _ in 0..<60_000 {
          try await writer.write("\(round)\n".utf8)
          try await Task.sleep(for: .milliseconds(1))
        }
      }
    },
    StormCall(name: "copyOut") { connection, _ in
      var count = 0
      try await connection.copyOut("COPY (SELECT generate_series(1, 50000)) TO STDOUT") { pieces in
        for try await _ in pieces { count += 1 }
      }
      try WrongResult.check(count, 50_000)
    },
    StormCall(name: "copyOut that comes slowly", isEndless: true) { connection, _ in
      let sql = "COPY (SELECT repeat('x', 10000), pg_sleep(0.002) FROM generate_series(1, 30000)) TO STDOUT"
      try await connection.copyOut(sql) { pieces in
        for try await _ in pieces {}
      }
    },
  ]

  private static let manyRows = 50_000

  private static func megabytes(_ count: Int) -> String { String(repeating: "m", count: count << 20) }
}
