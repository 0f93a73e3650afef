import Testing

@testable import PGServer

@Suite("A fixture's script")
struct FixtureScriptTests {
  /// The pieces of a script, each with its line: statements and commands as they stand, of COPY the data.
  private func pieces(_ text: String, backslashesQuote: Bool = false) -> [String] {
    var script = FixtureScript(text)
    script.backslashesQuote = backslashesQuote
    var pieces: [String] = []
    while let piece = script.next() {
      switch piece.kind {
      case .statement: pieces.append("\(piece.line) \(script.string(piece.range))")
      case .copy(let data): pieces.append("\(piece.line) copy \(data.map(script.string) ?? "without end")")
      case .command(let name, let argument): pieces.append("\(piece.line) command \(name)(\(argument))")
      }
    }
    return pieces
  }

  @Test(
    "is one statement, whatever semicolons are in it",
    arguments: [
      "SELECT ';'", "SELECT 'it''s;'", "SELECT E'it\\'s;'", "SELECT \";\" FROM t",
      "SELECT 1 /* ; /* ; */ ; */ + 1",
      "SELECT 1 -- ;\n + 1", "DO $$ BEGIN NULL; END $$", "DO $a$ $$;$$ $b$ $a$",
      "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)",
      "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 2 END; END",
      "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END",
      "SELECT U&'\\0041;'", "SELECT E'a'\n'\\';'", "SELECT 'ü;\u{600}'", "SELECT $ü$;$ü$",
    ])
  func one(text: String) {
    #expect(pieces(text) == ["1 \(text)"])
    #expect(pieces("\(text); SELECT 2;") == ["1 \(text);", "\(1 + text.count { $0 == "\n" }) SELECT 2;"])
  }

  @Test("falls into statements, each with the line that it begins on")
  func statements() {
    #expect(
      pieces("\u{FEFF}-- A dump\n\nCREATE TABLE t (\n  a int\n);;\r\n/* x */ SELECT 1;SELECT\n2")
        == ["3 CREATE TABLE t (\n  a int\n);", "6 SELECT 1;", "6 SELECT\n2"])
    #expect(pieces(" -- nothing \n ; ;").isEmpty)
    // BEGIN is the begin of a body in a function only.
    #expect(pieces("BEGIN; SELECT 1; END;") == ["1 BEGIN;", "1 SELECT 1;", "1 END;"])
    #expect(pieces("SELECT '\\'; SELECT 2;'") == ["1 SELECT '\\';", "1 SELECT 2;", "1 '"])
    #expect(pieces("SELECT '\\'; SELECT 2;'", backslashesQuote: true) == ["1 SELECT '\\'; SELECT 2;'"])
  }

  @Test("has data after COPY … FROM stdin, which are no SQL, up to a line of \\.")
  func copy() {
    #expect(
      pieces(
        "COPY t (a, b) FROM stdin;\n1\tit's\n2\t\\\\.\n\\.\n\n"
          + "COPY t FROM STDIN WITH (FORMAT csv);\n\\.\nSELECT 1;"
      )
        == ["1 copy 1\tit's\n2\t\\\\.\n", "6 copy ", "8 SELECT 1;"])
    #expect(pieces("COPY t FROM stdin;\r\n1\r\n\\.\r\nSELECT 1") == ["1 copy 1\r\n", "4 SELECT 1"])
    #expect(pieces("COPY t FROM stdin;\n1\n") == ["1 copy without end"])
    #expect(pieces("COPY t FROM stdin;\n1\n\\.") == ["1 copy 1\n"])
    #expect(pieces("COPY t TO stdout; COPY (SELECT 1 FROM stdin) TO 'f';").count == 2)
    #expect(pieces("COPY t FROM '/stdin';") == ["1 COPY t FROM '/stdin';"])
  }

  @Test("has commands of psql's, which end with their line")
  func commands() {
    #expect(
      pieces("\\restrict a'b\nSELECT 1;\n  \\connect \"my shop\"\nSELECT 2 \\gexec\n")
        == ["1 command restrict(a'b)", "2 SELECT 1;", "3 command connect(\"my shop\")", "4 command gexec()"])
    #expect(FixtureCommand(name: "restrict", argument: "x") == .ignored)
    #expect(FixtureCommand(name: "connect", argument: "\"shop\"") == .database("shop"))
    #expect(FixtureCommand(name: "set", argument: "ON_ERROR_STOP on") == .ignored)
    for refused in ["set", "i", "copy", "gexec", ".", "!"] {
      guard case .refused = FixtureCommand(name: refused, argument: "x") else {
        Issue.record("\\\(refused) is not refused")
        continue
      }
    }
  }

  @Test("is quoted in messages by its first words, without passwords")
  func beginning() {
    #expect(FixtureLoader.beginning(of: "SELECT\n  1;") == "SELECT 1;")
    #expect(FixtureLoader.beginning(of: "ALTER ROLE a LOGIN password 's3cr3t'") == "ALTER ROLE a LOGIN…")
    #expect(FixtureLoader.beginning(of: String(repeating: "word ", count: 30)).utf8.count == 63)
  }
}
