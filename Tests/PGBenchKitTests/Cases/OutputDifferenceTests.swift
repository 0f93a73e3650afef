import PGDriver
import PGServer
import PGTestSupport
import Testing

@testable import PGBenchKit

@Suite("Outputs that differ", .paced)
struct OutputDifferenceTests {
  private func words(_ a: Any, _ b: Any) -> String { OutputDifference.words((a, "sync"), (b, "async")) }

  @Test("are shown whole where they are short, and around the first difference where they are long")
  func descriptions() {
    #expect(words(1, 2) == "1 with \"sync\" but 2 with \"async\".")
    #expect(words(["a"], ["b"]) == "[\"a\"] with \"sync\" but [\"b\"] with \"async\".")
    let long = Array(0..<100_000)
    var other = long
    other[50_000] = -7
    let text = words(long, other)
    #expect(text.utf8.count < 400 && text.contains("50000") && text.contains("-7"), "\(text)")
    #expect(words(long, long.dropLast()).utf8.count < 400)
  }

  @Test("though they read alike are explained: NaN equals nothing")
  func nan() {
    #expect(words(Double.nan, Double.nan).contains("NaN equals nothing, not even NaN"))
    #expect(words([1.5, -Double.nan], [1.5, -Double.nan]).contains("NaN equals nothing"))
    #expect(words(["banana"], ["banana"]).contains("Look at its =="))
  }

  @Test("and are rows are told by the first row, column and value")
  func rows() async throws {
    let server = try await SharedServer.server()
    let database = try await server.database(for: .empty)
    let connection = try SyncConnection.connect(to: database.configuration)
    func rows(_ sql: String) throws -> PostgresRows {
      try connection.query("\(unescaped: sql)" as PostgresQuery)
    }
    let first = try rows(
      "SELECT n, 'name' || n AS name, n::float8 AS share, 'x'::bytea AS raw FROM generate_series(1, 3) n")
    func difference(_ sql: String) throws -> String { words(first, try rows(sql)) }
    #expect(
      try difference(
        "SELECT n, 'name' || n % 3 AS name, n::float8 AS share, 'x'::bytea AS raw FROM generate_series(1, 3) n"
      )
        == "rows that differ first in row 2, column \"name\": \"name3\" with \"sync\" but \"name0\" with \"async\"."
    )
    #expect(
      try difference(
        "SELECT n, 'name' || n AS name, n + 0.5::float8 AS share, NULL::bytea AS raw FROM generate_series(1, 3) n"
      )
      .contains("row 0, column \"share\": 1.0 with \"sync\" but 1.5 with"))
    #expect(
      try difference(
        "SELECT n, 'name' || n AS name, n::float8 AS share, NULL::bytea AS raw FROM generate_series(1, 3) n"
      )
      .contains("row 0, column \"raw\": \\x78 with \"sync\" but NULL with"))
    #expect(
      try difference(
        "SELECT n, 'name' || n AS name, n::float8 AS share, 'x'::bytea AS raw FROM generate_series(1, 2) n")
        == "3 rows with \"sync\" but 2 with \"async\"; as far as both go, they are the same.")
    #expect(
      try difference("SELECT 1 AS n").hasPrefix(
        "rows of other columns: n integer, name text, share double precision, raw bytea with"))
    connection.close()
    try await database.drop()
  }
}
