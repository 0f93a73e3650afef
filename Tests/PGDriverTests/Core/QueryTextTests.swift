import Testing

@testable import PGDriver

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
