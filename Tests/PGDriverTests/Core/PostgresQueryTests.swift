import PGDriver
import Testing

@Suite("A query")
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
}
