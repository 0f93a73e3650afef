import PGTestSupport
import Testing

@testable import PGDriver

@Suite("A query", .paced, .timeLimit(.minutes(5)))
struct PostgresQueryTests {
  @Test("has a numbered placeholder for each interpolated value")
  func placeholders() {
    let name = "Robert'); DROP TABLE students; --"
    let query: PostgresQuery = "SELECT \(name), \(1), \(nil as Int?), \(2.5), \(true), \("six")"
    #expect(query.sql == "SELECT $1, $2, $3, $4, $5, $6")
    #expect(query.parameters.count == 6)
    #expect(query.parameters[0] as? String == name)
    #expect(query.parameters[2].isPostgresNull)
  }

  @Test("without interpolation has no parameters")
  func literal() {
    let query: PostgresQuery = "SELECT '$1'"
    #expect(query.sql == "SELECT '$1'")
    #expect(query.parameters.isEmpty)
  }

  @Test("takes a piece of SQL as it stands only where it says so")
  func unescaped() {
    let query: PostgresQuery = "SELECT * FROM \(unescaped: "users") WHERE id = \(7)"
    #expect(query.sql == "SELECT * FROM users WHERE id = $1")
    #expect(query.parameters.count == 1)
  }

  @Test("can be made of a text with placeholders and a list of parameters")
  func explicit() {
    let query = PostgresQuery(sql: "SELECT $1", parameters: ["a"])
    #expect(query.sql == "SELECT $1")
    #expect(query.parameters.count == 1)
  }

  @Test(
    "quotes an identifier by its bytes, whatever a quotation mark is joined with",
    arguments: [
      ("a", "\"a\""), ("", "\"\""), ("a\"b", "\"a\"\"b\""), ("\"", "\"\"\"\""),
      ("x\u{600}\"; DROP TABLE t; --", "\"x\u{600}\"\"; DROP TABLE t; --\""),
      ("\"\u{301}", "\"\"\"\u{301}\""), ("\"\u{200D}\"", "\"\"\"\u{200D}\"\"\""),
    ])
  func identifier(name: String, expected: String) throws {
    #expect(try PostgresQuery.quoted(identifier: name).utf8.elementsEqual(expected.utf8))
  }

  @Test("refuses an identifier with a zero character, where C would end the text")
  func zeroCharacter() async throws {
    let error = try await errorOf { try PostgresQuery.quoted(identifier: "a\u{0}b") }
    #expect(error.code == .encoding)
  }

  @Test(
    "that listens on a channel, or declares a cursor, runs nothing that is in their names",
    arguments: TestDriver.allCases)
  func injection(driver: TestDriver) async throws {
    let table = "injected_\(UInt32.random(in: .min ... .max))"
    let name = "x\u{600}\"; CREATE TABLE \(table)(x int); --"
    try await driver.withConnection { connection in
      if let connection = connection as? AsyncConnection {
        _ = try await connection.notifications(on: name)
      }
      if let connection = connection as? SyncConnection {
        try connection.withCursor(for: "SELECT 1", named: name) { _ in true }
      }
      let found: Bool = try await connection.value("SELECT to_regclass(\(table)) IS NOT NULL")
      #expect(!found)
    }
  }
}

@Suite("A query's text")
struct QueryTextTests {
  private static func query(_ id: Int) -> PostgresQuery { "SELECT \(id) + \(2 * id) -- \(unescaped: "end")" }

  @Test(
    "put together has a placeholder for each parameter, however many there are",
    arguments: [
      ("", ""), ("a", "a"), ("\(1)", "$1"), ("a\(1)", "a$1"), ("\(1)b", "$1b"),
      ("\(1)\(2)", "$1$2"), ("a\(1)b\(2)c", "a$1b$2c"), ("\(1)\(2)\(3)", "$1$2$3"),
      ("a\(1)b\(2)c\(3)d\(4)e", "a$1b$2c$3d$4e"), ("\(unescaped: "x")\(1)\(unescaped: "y")z", "x$1yz"),
    ] as [(PostgresQuery, String)])
  func string(query: PostgresQuery, text: String) {
    #expect(query.sql == text)
  }

  @Test("is equal when it is written in the same pieces, whatever the values")
  func equal() {
    #expect(Self.query(1).text == Self.query(2).text)
  }

  @Test("is not equal when a piece or the number of pieces is another")
  func unequal() {
    #expect(("a\(1)b\(2)c" as PostgresQuery).text != ("a\(1)b\(2)d" as PostgresQuery).text)
    #expect(("a\(1)b\(2)c" as PostgresQuery).text != ("a\(1)d\(2)c" as PostgresQuery).text)
    #expect(("a\(1)b" as PostgresQuery).text != ("d\(1)b" as PostgresQuery).text)
    #expect(("a\(1)" as PostgresQuery).text != ("a" as PostgresQuery).text)
    #expect(("\(1)\(2)" as PostgresQuery).text != ("\(1)" as PostgresQuery).text)
  }
}
