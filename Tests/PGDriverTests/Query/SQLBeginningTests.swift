import Testing

@testable import PGDriver

@Suite("SQLBeginning")
struct SQLBeginningTests {
  @Test(
    "A statement only reads where no word of its own changes or locks rows",
    arguments: [
      "SELECT 1", "(VALUES (1))", "TABLE users", "WITH a AS (SELECT 1) SELECT * FROM a",
      "SELECT 'please update or delete'", "SELECT $$insert into$$ -- update", "SELECT \"update\" FROM logs",
      "SELECT share, for_share FROM stocks", "SELECT updated, deleted FROM users", "SHOW work_mem",
      "SELECT 'C:\\temp'",
    ])
  func reads(sql: String) {
    #expect(SQLBeginning.onlyReads(sql))
  }

  @Test(
    "and doesn't where one does, or where a literal may end later than it seems",
    arguments: [
      "WITH a AS (DELETE FROM t RETURNING 1) SELECT * FROM a", "SELECT 1 INTO t",
      "SELECT * FROM t FOR update",
      "SELECT * FROM t FOR SHARE", "SELECT * FROM t FOR /* no */ KEY share", "INSERT INTO t VALUES (1)",
      "FETCH 1 FROM c", "SELECT 1; DELETE FROM t", "SELECT E'it\\'s'; DELETE FROM t",
      "SELECT 'it\\' -- '; DELETE FROM t", "SELECT 'it\\'; DELETE FROM t --'",
    ])
  func changes(sql: String) {
    #expect(!SQLBeginning.onlyReads(sql))
  }

  @Test("A COPY out only reads unless its query changes rows, whatever its options' texts are")
  func copies() {
    #expect(SQLBeginning.copyOutOnlyReads("COPY (SELECT 'update') TO STDOUT (NULL 'delete')"))
    #expect(!SQLBeginning.copyOutOnlyReads("COPY (DELETE FROM t RETURNING *) TO STDOUT"))
  }
}
