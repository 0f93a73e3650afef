import PGTestSupport
import Testing

@testable import PGDriver

@Suite("Rows", .paced, .timeLimit(.minutes(5)))
struct PostgresRowTests {
  private func rows(of query: PostgresQuery) async throws -> PostgresRows {
    try await TestDriver.async(.best).withConnection { try await $0.query(query) }
  }

  @Test("know their columns' names and types")
  func columns() async throws {
    let rows = try await rows(of: "SELECT 1 AS id, 'x'::text AS \"Upper\", 2.5::float8, now()")
    #expect(
      rows.columns == [
        PostgresColumn(name: "id", type: .int4), PostgresColumn(name: "Upper", type: .text),
        PostgresColumn(name: "float8", type: .float8), PostgresColumn(name: "now", type: .timestamptz),
      ])
  }

  @Test("are a collection that outlives its connection")
  func collection() async throws {
    let rows = try await rows(of: "SELECT n, 'row ' || n AS text FROM generate_series(1, 1000) n")
    #expect(rows.count == 1000)
    #expect(try rows.map { try $0.decode(Int32.self, at: 0) } == Array(1...1000))
    #expect(try rows.last?.decode(String.self, named: "text") == "row 1000")
    #expect(try rows[10..<12].map { try $0.decode(Int32.self, at: 0) } == [11, 12])
    let tuples = try rows.decode((Int32, String).self)
    #expect(tuples.count == 1000)
    #expect(tuples[499] == (500, "row 500"))
  }

  @Test("decode values by index, by name and as a tuple")
  func access() async throws {
    let row = try #require(try await rows(of: "SELECT 7::int8 AS id, NULL::text AS note, true AS ok").first)
    #expect(row.count == 3)
    #expect(try row.decode(Int.self, at: 0) == 7)
    #expect(try row.decode(Int.self, named: "id") == 7)
    #expect(try row.decode(String?.self, named: "note") == nil)
    let (id, note, ok) = try row.decode((Int, String?, Bool).self)
    #expect(id == 7 && note == nil && ok)
  }

  @Test("refuse a column that isn't there, and say which there are", arguments: [-1, 2, .max, .min])
  func noColumn(index: Int) async throws {
    let row = try #require(try await rows(of: "SELECT 1 AS id, 2 AS number").first)
    let byIndex = try await errorOf { try row.decode(Int32.self, at: index) }
    #expect(byIndex.code == .decoding)
    #expect(byIndex.message.contains("id, number"))
    let byName = try await errorOf { try row.decode(Int32.self, named: "ID") }
    #expect(byName.code == .decoding)
    #expect(byName.message.contains("\"ID\""))
    #expect(byName.message.contains("id, number"))
  }

  @Test("refuse a type that doesn't fit, and name the column, its type and the type asked for")
  func typeMismatch() async throws {
    let row = try #require(try await rows(of: "SELECT 'x'::text AS note").first)
    let error = try await errorOf { try row.decode(Int.self, named: "note") }
    #expect(error.code == .decoding)
    for word in ["note", "text", "Int"] { #expect(error.message.contains(word)) }
  }

  @Test("refuse NULL for a type that isn't an Optional, and advise one")
  func null() async throws {
    let row = try #require(try await rows(of: "SELECT NULL::int4 AS n").first)
    let error = try await errorOf { try row.decode(Int32.self, at: 0) }
    #expect(error.code == .decoding)
    #expect(error.message.contains("Int32?"))
  }

  @Test("refuse a tuple of another width")
  func wrongWidth() async throws {
    let rows = try await rows(of: "SELECT 1, 2")
    for body in [
      { _ = try rows[0].decode((Int32, Int32, Int32).self) },
      { _ = try rows.decode((Int32, Int32, Int32).self) },
    ] {
      let error = try await errorOf(body)
      #expect(error.code == .decoding)
      #expect(error.message.contains("3") && error.message.contains("2"))
    }
  }

  @Test("are equal if columns and values are, byte for byte")
  func equality() async throws {
    let one = try await rows(of: "SELECT 1 AS a, NULL::text AS b")
    #expect(try await rows(of: "SELECT 1 AS a, NULL::text AS b") == one)
    #expect(try await rows(of: "SELECT 2 AS a, NULL::text AS b") != one)
    #expect(try await rows(of: "SELECT 1 AS a, ''::text AS b") != one)
    #expect(try await rows(of: "SELECT 1 AS a, NULL::text AS c") != one)
    #expect(try await rows(of: "SELECT 1::int8 AS a, NULL::text AS b") != one)
    #expect(try await rows(of: "SELECT 1 AS a, NULL::text AS b FROM generate_series(1, 2)") != one)
  }
}
