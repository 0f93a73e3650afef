import PGTestSupport
import Testing

@testable import PGDriver

@Suite("A placeholder", .paced, .blocking, .timeLimit(.minutes(5)))
struct SQLPlaceholderTests {
  private func problem(_ sql: String, _ count: Int, backslashesQuote: Bool = false) -> String? {
    SQLPlaceholders(in: sql, parameters: count, backslashesQuote: backslashesQuote).problem?.message
  }

  @Test(
    "inside of what is only text is no parameter's",
    arguments: [
      ("SELECT INTERVAL '$1' DAY", "quotation marks"),
      ("SELECT E'it\\'s $1'", "quotation marks"),
      ("SELECT E'a'\n'\\'$1'", "quotation marks"),
      ("SELECT 'it''s $1'", "quotation marks"),
      ("SELECT U&'$1', B'1', x'1F', N'$1'", "quotation marks"),
      ("SELECT \"n$1\" FROM t", "part of a name"),
      ("SELECT n$1 FROM t", "part of a name"),
      ("SELECT 1 -- $1", "comment"),
      ("SELECT /* /* */ $1 */ 1", "comment"),
      ("DO $$ BEGIN RAISE NOTICE '%', $1; END $$", "dollar quotes"),
      ("DO $a_1$ $$ $1 $a_1$", "dollar quotes"),
      ("SELECT 1", "no placeholder $1"),
      ("SELECT '$10'", "no placeholder $1"),
    ])
  func hidden(sql: String, place: String) throws {
    let message = try #require(problem(sql, 1))
    #expect(message.contains(place) && message.contains("arameter"))
  }

  @Test(
    "anywhere else is a parameter's",
    arguments: [
      "SELECT $1", "SELECT $1::text || '$1'", "SELECT ''$1", "SELECT 'it''s' || $1", "SELECT E'\\\\' || $1",
      "SELECT '\\' || $1", "SELECT \"a\"\"b\", $1", "SELECT 1 --\n, $1", "SELECT 1/* /* */ */+$1",
      "SELECT $$ ' $$ || $1", "SELECT $a$ $b$ ' $a$ || $1", "SELECT 2*-$1", "SELECT 1 AS a$$, $1",
      "SELECT U&'\\' || $1", "SELECT e, $1", "SELECT 'a'\n'b' || $1", "SELECT 'a' E'\\'' || $1",
    ])
  func parameter(sql: String) { #expect(problem(sql, 1) == nil) }

  @Test("is found where backslashes quote, as the session says")
  func backslashes() {
    #expect(problem("SELECT '\\' || $1 --'", 1, backslashesQuote: true) != nil)
    #expect(problem("SELECT '\\'' || $1", 1, backslashesQuote: true) == nil)
    #expect(problem("SELECT B'1\\' || $1", 1, backslashesQuote: true) == nil)
  }

  @Test("may be left out if a later one is there")
  func gap() {
    #expect(problem("SELECT $2", 2) == nil)
    #expect(problem("SELECT '$1', $2", 2)?.contains("parameter 1") == true)
    #expect(problem("SELECT $1", 2)?.contains("$2") == true)
    #expect(problem("SELECT $1$", 1) == nil)
    #expect(problem("SELECT $99999999999999999999", 1) == nil)
    #expect(problem("$", 1) != nil)
  }

  @Test("in thousands of random texts is a parameter's where the server says so", arguments: [true, false])
  func random(isStandard: Bool) async throws {
    try await TestDriver.async(.best).withConnection { connection in
      try await connection.execute(
        "SET standard_conforming_strings = \(isStandard); SET escape_string_warning = off; "
          + "SET backslash_quote = on; CREATE TEMPORARY TABLE t (e int, n int)")
      var texts = RandomSQL(isStandard: isStandard)
      var judged = 0
      for round in 0..<3000 {
        let sql = round % 3 == 0 ? texts.rubble() : texts.statement()
        let found = SQLPlaceholders(in: sql, parameters: 9, backslashesQuote: !isStandard)
        let gap = (0..<found.greatest).first { !found.isUsed[$0] }
        do throws(PostgresError) {
          try await connection.execute("PREPARE random AS \(sql)")
        } catch  where error.sqlState == .indeterminateDatatype {
          // Of placeholders that are left out the server names the first.
          #expect(error.message.hasSuffix("$\((gap ?? -2) + 1)"), "\(sql)")
          judged += 1
          continue
        } catch {
          try #require(error.code == .server, "\(error)")
          continue
        }
        let count = try await connection.value(
          "SELECT cardinality(parameter_types) FROM pg_prepared_statements WHERE name = 'random'",
          as: Int32.self)
        #expect(Int(count) == found.greatest && gap == nil, "\(sql)")
        judged += 1
        try await connection.execute("DEALLOCATE random")
      }
      #expect(judged > 1500)
    }
  }
}

extension SQLState {
  fileprivate static let indeterminateDatatype = SQLState(rawValue: "42P18")
}

/// Texts full of quotations, names and comments, with placeholders everywhere.
struct RandomSQL {
  let isStandard: Bool
  private var random = SystemRandomNumberGenerator()

  init(isStandard: Bool) { self.isStandard = isStandard }

  private static let pieces = [
    "$1", "$2", "$3", "$", "$$", "$a$", "$é$", "--", "/*", "*/", "\"", "a", "e", "U&", " ", "\n", "ü", "1",
    "$1x",
  ]

  private mutating func one(_ choices: [String]) -> String {
    choices[Int.random(in: 0..<choices.count, using: &random)]
  }

  private mutating func content(_ more: [String] = [], without: [String] = []) -> String {
    let choices = Self.pieces.filter { !without.contains($0) } + more
    return (0..<Int.random(in: 0...6, using: &random)).map { _ in one(choices) }.joined()
  }

  private mutating func quotation() -> String {
    let quoting = ["\\'", "\\\\", "''"]
    let plain = isStandard ? ["''", "\\"] : quoting
    let lines = ["\n", " -- $1 '\n ", "\n-- '\n", "\r"]
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return "E'\(content(quoting))'"
    case 1: return "e'\(content(quoting))'\(one(lines))'\(content(quoting))'"
    case 2: return "'\(content(plain))'\(one(lines))'\(content(plain))'"
    case 3: return "N'\(content(plain))'"
    case 4: return one(["B'01'", "b'1'\n'0'", "X'1f'", "x''"])
    case 5 where isStandard: return "U&'\(content(["''"]))'"
    case 6:
      return one(["$$", "$a$", "$_b1$", "$é$"]).quoting(
        content(["'", "\\"], without: ["$$", "$a$", "$é$", "$"]))
    default: return "'\(content(plain))'"
    }
  }

  private mutating func space() -> String {
    switch Int.random(in: 0..<6, using: &random) {
    case 0: "/*\(content(["'", "/**/", "/* /* */ */"], without: ["/*", "*/"]))*/"
    case 1: "--\(content(["'"], without: ["\n"]))\n"
    case 2: "\n"
    default: " "
    }
  }

  private mutating func item() -> String {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: "\(one(["$1", "$2", "$3"]))::int"
    case 1: "1 +\(space())\(one(["$1", "$2"]))::int"
    case 2: "2*-\(one(["$1", "$3"]))::int"
    case 3: "1 AS \"x\(content(["\"\"", "'"], without: ["\""]))\""
    case 4: "1 AS n\(one(["$1", "$$", "$2$a$", "é$1"]))"
    case 5: "e, n"
    default: quotation()
    }
  }

  /// One that the server can read.
  mutating func statement() -> String {
    let items = (0..<Int.random(in: 1...5, using: &random)).map { _ in space() + item() + space() }
    return "SELECT\(space())\(items.joined(separator: ","))\nFROM t"
  }

  /// One that the server most often can't.
  mutating func rubble() -> String {
    let pieces = Self.pieces + ["'", "'", "E'", "\\", ",", "\"", "::text"]
    return "SELECT 1, " + (0..<Int.random(in: 1...12, using: &random)).map { _ in one(pieces) }.joined()
  }
}

extension String {
  /// The content between two of this delimiter.
  fileprivate func quoting(_ content: String) -> String { self + content + self }
}
