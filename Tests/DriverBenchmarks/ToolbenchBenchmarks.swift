import PGBenchKit
import PGServer
import Testing

/// The eight queries that drivers of other languages are compared on, every value decoded into a Swift value.
///
/// The point query, and the seven of the MagicStack driver toolbench (github.com/MagicStack/pgbench).
@Suite("Toolbench", .benchmark, .postgres(.toolbench))
struct ToolbenchBenchmarks {
  @Test("point", .gate(.async, notSlowerThan: .sync, by: .percent(25)))
  func point() async throws {
    try await compare(
      "SELECT id, username, email, full_name FROM toolbench_users WHERE id = $1", parameter: 42
    ) {
      query, connection in
      let row = try await connection.query(query)[0]
      blackHole(try row.decode(Int32.self, at: 0))
      blackHole(try row.decode(String.self, at: 1))
      blackHole(try row.decode(String.self, at: 2))
      blackHole(try row.decode(String?.self, at: 3))
    }
  }

  @Test("pg_type", .tolerance(.percent(5)), .gate(.async, notSlowerThan: .sync, by: .percent(25)))
  func pgType() async throws {
    try await compare(
      """
      SELECT typname, typnamespace, typowner, typlen, typbyval, typcategory, typispreferred, typisdefined, typdelim,
      typrelid, typelem, typarray FROM pg_type WHERE typtypmod = -1 AND typisdefined
      """
    ) { query, connection in
      for row in try await connection.query(query) {
        blackHole(try row.decode(String.self, at: 0))
        blackHole(try row.decode(UInt32.self, at: 1))
        blackHole(try row.decode(UInt32.self, at: 2))
        blackHole(try row.decode(Int16.self, at: 3))
        blackHole(try row.decode(Bool.self, at: 4))
        blackHole(try row.decode(UInt8.self, at: 5))
        blackHole(try row.decode(Bool.self, at: 6))
        blackHole(try row.decode(Bool.self, at: 7))
        blackHole(try row.decode(UInt8.self, at: 8))
        blackHole(try row.decode(UInt32.self, at: 9))
        blackHole(try row.decode(UInt32.self, at: 10))
        blackHole(try row.decode(UInt32.self, at: 11))
      }
    }
  }

  @Test("generate_series", .tolerance(.percent(5)), .gate(.async, notSlowerThan: .sync, by: .percent(25)))
  func generateSeries() async throws {
    try await compare("SELECT i FROM generate_series(1, 1000) AS i") { query, connection in
      for row in try await connection.query(query) { blackHole(try row.decode(Int32.self, at: 0)) }
    }
  }

  @Test("large_object", .tolerance(.percent(5)), .gate(.async, notSlowerThan: .sync, by: .percent(25)))
  func largeObject() async throws {
    try await compare("SELECT b FROM toolbench_bytes") { query, connection in
      for row in try await connection.query(query) { blackHole(try row.decode([UInt8].self, at: 0)) }
    }
  }

  @Test("arrays", .tolerance(.percent(5)), .gate(.async, notSlowerThan: .sync, by: .percent(25)))
  func arrays() async throws {
    try await compare("SELECT a FROM toolbench_arrays") { query, connection in
      for row in try await connection.query(query) { blackHole(try row.decode([Int32].self, at: 0)) }
    }
  }

  @Test("oneplusone", .gate(.async, notSlowerThan: .sync, by: .percent(25)))
  func onePlusOne() async throws {
    try await compare("SELECT 1+1") { query, connection in
      blackHole(try await connection.query(query)[0].decode(Int32.self, at: 0))
    }
  }

  @Test("copyfrom", .tolerance(.percent(10)), .gate(.async, notSlowerThan: .sync, by: .percent(25)))
  func copyFrom() async throws {
    let columns = "toolbench_rows (a, b, c, d, e, f, g)"
    try await benchmark(
      20,
      variants: [
        BenchmarkVariant(.sync, driver: SyncDriver()) { connection, _, index in
          if index % 64 == 0 { try connection.execute("TRUNCATE toolbench_rows") }
          return try connection.copyRows(into: columns) { rows in
            var left = 10_000
            while left > 0 {
              try rows.append(
                10 as Int32, 11 as Int32, 10 as Int32, "TESTTESTTEST", 10.333, 12_341_234 as Int32,
                "123412341234")
              left -= 1
            }
          }
        },
        BenchmarkVariant(.async, driver: AsyncDriver()) { connection, _, index in
          if index % 64 == 0 { try await connection.execute("TRUNCATE toolbench_rows") }
          return try await connection.copyRows(into: columns) { rows in
            var left = 10_000
            while left > 0 {
              try await rows.append(
                10 as Int32, 11 as Int32, 10 as Int32, "TESTTESTTEST", 10.333, 12_341_234 as Int32,
                "123412341234")
              left -= 1
            }
          }
        },
      ])
  }

  @Test("batch", .tolerance(.percent(5)), .gate(.async, notSlowerThan: .sync, by: .percent(25)))
  func batch() async throws {
    let row: [any PostgresEncodable] = [
      10 as Int32, 11 as Int32, 10 as Int32, "TESTTESTTEST", 10.333, 12_341_234 as Int32, "123412341234",
    ]
    let rows = Array(repeating: row, count: 1000)
    let sql = "INSERT INTO toolbench_rows VALUES ($1, $2, $3, $4, $5, $6, $7)"
    try await benchmark(
      20,
      variants: [
        BenchmarkVariant(.sync, driver: SyncDriver()) { connection, _, index in
          if index % 64 == 0 { try connection.execute("TRUNCATE toolbench_rows") }
          return try connection.executeMany(sql, rows)
        },
        BenchmarkVariant(.async, driver: AsyncDriver()) { connection, _, index in
          if index % 64 == 0 { try await connection.execute("TRUNCATE toolbench_rows") }
          return try await connection.executeMany(sql, rows)
        },
      ])
  }

  /// Compares both drivers with libpq's own functions, which decode nothing.
  private func compare(
    _ sql: String, parameter: Int32? = nil,
    _ body:
      @escaping @Sendable (_ query: PostgresQuery, _ connection: any PostgresConnection) async throws -> Void
  ) async throws {
    let query = PostgresQuery(sql: sql, parameters: parameter.map { [$0] } ?? [])
    try await benchmark(
      1000,
      variants: [
        BenchmarkVariant(.libPQ, driver: LibPQDriver()) { connection, _, _ in
          blackHole(try connection.run(sql, parameter: parameter))
        },
        BenchmarkVariant(.sync, driver: SyncDriver()) { connection, _, _ in try await body(query, connection)
        },
        BenchmarkVariant(.async, driver: AsyncDriver()) { connection, _, _ in
          try await body(query, connection)
        },
      ])
  }
}

extension Fixture {
  /// The tables of the toolbench.
  static let toolbench = Fixture(
    name: "toolbench",
    script: """
      CREATE TABLE toolbench_bytes (b bytea);
      INSERT INTO toolbench_bytes SELECT repeat('a', 1000)::bytea FROM generate_series(1, 100);
      CREATE TABLE toolbench_arrays (a int[]);
      INSERT INTO toolbench_arrays
      SELECT (SELECT array_agg(i) FROM generate_series(1, 100) i) FROM generate_series(1, 100);
      CREATE TABLE toolbench_rows (a int, b int, c int, d text, e float, f int, g text);
      CREATE TABLE toolbench_users (id serial PRIMARY KEY, username text, email text, full_name text);
      INSERT INTO toolbench_users (username, email, full_name)
      SELECT 'user' || i, 'user' || i || '@example.com', 'User ' || i FROM generate_series(1, 100) i;
      """)
}
