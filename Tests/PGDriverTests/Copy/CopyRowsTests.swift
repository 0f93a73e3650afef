import PGServer
import PGTestSupport
import Testing

@testable import PGDriver

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

private enum Mood: String, PostgresEnum { case sad, ok }

extension PostgresConnection {
  /// Binary COPY of some rows on whichever driver.
  fileprivate func copy(into table: String, _ rows: [[any PostgresEncodable]]) async throws -> Int {
    switch self {
    case let connection as SyncConnection:
      try connection.copyRows(into: table) { writer in for row in rows { try writer.append(row: row) } }
    case let connection as AsyncConnection:
      try await connection.copyRows(into: table) { writer in
        for row in rows { try await writer.append(row: row) }
      }
    default: -1
    }
  }

  /// COPY in by a statement of one's own: pieces of data, and rows of one number.
  fileprivate func copy(in sql: String, _ pieces: [CopyPiece]) async throws -> Int {
    switch self {
    case let connection as SyncConnection:
      try connection.copyIn(sql) { writer in
        for piece in pieces {
          switch piece {
          case .data(let text): try writer.write(text.utf8)
          case .row(let number): try writer.append(number)
          }
        }
      }
    case let connection as AsyncConnection:
      try await connection.copyIn(sql) { writer in
        for piece in pieces {
          switch piece {
          case .data(let text): try await writer.write(text.utf8)
          case .row(let number): try await writer.append(number)
          }
        }
      }
    default: -1
    }
  }
}

private enum CopyPiece {
  case data(String)
  case row(Int32)
}

@Suite("COPY of rows", .paced, .timeLimit(.minutes(5)))
struct CopyRowsTests {
  private static let types = """
    CREATE TYPE pg_temp.mood AS ENUM ('sad', 'ok');
    CREATE DOMAIN pg_temp.positive AS int4 CHECK (VALUE > 0);
    CREATE DOMAIN pg_temp.code AS varchar(5);
    CREATE DOMAIN pg_temp.codes AS varchar[];
    CREATE TYPE pg_temp.item AS (name varchar, tags varchar[], mood pg_temp.mood, count pg_temp.positive);
    """

  @Test("writes arrays of the columns' own element types", arguments: TestDriver.allCases)
  func arrays(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(
        Self.types + """
          CREATE TEMPORARY TABLE t (v varchar[], b char(3)[], n name[], m pg_temp.mood[],
            p pg_temp.positive[],
            c pg_temp.code[], d pg_temp.codes, one pg_temp.code, mood pg_temp.mood, deep varchar[][]);
          """)
      let rows: [[any PostgresEncodable]] = [
        [
          ["a", "é"], ["abc"], ["n"], ["sad", "ok"], [1, 2] as [Int32], ["x"], ["y", nil] as [String?], "z",
          Mood.ok,
          [["1", "2"], ["3", "4"]],
        ],
        [
          PostgresArray(["a", nil], lowerBound: 0), [String](), ["n"], [Mood.ok, nil] as [Mood?], [Int32](),
          [String?.none], ["y"], "w", "sad", [[String]](),
        ],
      ]
      #expect(try await connection.copy(into: "t", rows) == 2)
      let texts = try await connection.query(
        "SELECT t::text FROM t ORDER BY one DESC"
      ).decode((String).self)
      #expect(
        texts == [
          #"("{a,é}",{abc},{n},"{sad,ok}","{1,2}",{x},"{y,NULL}",z,ok,"{{1,2},{3,4}}")"#,
          #"("[0:1]={a,NULL}",{},{n},"{ok,NULL}",{},{NULL},{y},w,sad,{})"#,
        ])
    }
  }

  @Test("writes composite values and ranges with the types that are in them", arguments: TestDriver.allCases)
  func composites(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(
        Self.types + """
          CREATE TYPE pg_temp.span AS RANGE (subtype = varchar);
          CREATE TEMPORARY TABLE t (i pg_temp.item, all_items pg_temp.item[], s pg_temp.span, r int4range);
          """)
      let item = PostgresComposite("n", ["t", nil] as [String?], Mood.sad, 7 as Int32)
      let rows: [[any PostgresEncodable]] = [
        [
          item, [item, item], PostgresRange.between(.inclusive("a"), .exclusive("b")),
          PostgresRange(1 as Int32..<5),
        ]
      ]
      #expect(try await connection.copy(into: "t", rows) == 1)
      let isSame = try await connection.value(
        """
        SELECT i = ROW('n', '{t,NULL}', 'sad', 7)::pg_temp.item AND all_items = ARRAY[i, i]
          AND s::text = '[a,b)' AND r = '[1,5)' FROM t
        """, as: Bool.self)
      #expect(isSame)
    }
  }

  @Test("refuses values of other types than the columns'", arguments: TestDriver.allCases)
  func otherTypes(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(
        Self.types + """
          CREATE TEMPORARY TABLE t (big int8, f float8, ts timestamp, txt text, small int2, arr int8[],
            i pg_temp.item, j jsonb, p pg_temp.positive, m pg_temp.mood, r int4range, raw bytea, id oid);
          """)
      let wrong: [(column: String, type: String, value: any PostgresEncodable)] = [
        ("big", "bigint", 1.5), ("f", "double precision", 1), ("ts", "timestamp without time zone", Date()),
        ("txt", "text", 7), ("small", "smallint", 7), ("arr", "bigint[]", [1 as Int32]),
        ("arr", "bigint[]", 7),
        ("txt", "text", ["a"]), ("j", "jsonb", "{}"), ("p", "integer", 7), ("m", "mood", 7 as Int32),
        ("r", "int4range", PostgresRange(1..<5)), ("raw", "bytea", "x"), ("big", "bigint", UInt64(1)),
        ("id", "oid", 7 as Int32), ("big", "bigint", "7"),
        ("txt", "text", PostgresLTree("a")), ("raw", "bytea", ["a": "b"] as PostgresHStore),
        ("m", "mood", PostgresLQuery("a")),
        ("r", "int4range", PostgresMultirange([PostgresRange(1 as Int32..<5)])),
        ("i", "item", PostgresComposite("n", ["t"], Mood.sad)),
        ("i", "item", PostgresComposite("n", ["t"], Mood.sad, 7)),
      ]
      for (column, type, value) in wrong {
        let error = try await errorOf { try await connection.copy(into: "t (\(column))", [[value]]) }
        #expect(
          error.code == .encoding && error.message.contains("\"\(column)\"") && error.message.contains(type)
            && error.message.contains("\(Swift.type(of: value))"), "\(column) \(value): \(error.message)")
      }
      // NULL has no type; what fits goes in, wherever it stands.
      let right: [[any PostgresEncodable]] = [
        [Int?.none, Int?.none, 7, Int?.none], ["x", 1.5, 8, PostgresTimestamp(microseconds: 0)],
      ]
      #expect(try await connection.copy(into: "t (txt, f, big, ts)", right) == 2)
      #expect(try await connection.value("SELECT sum(big)::int8 FROM t", as: Int.self) == 15)
      let error = try await errorOf { try await connection.copy(into: "t (txt)", [["a"], [7], ["b"]]) }
      #expect(error.code == .encoding)
      #expect(try await connection.value("SELECT count(*) FROM t", as: Int.self) == 2)
      for row: [any PostgresEncodable] in [[], ["a"], ["a", "b", "c"]] {
        let error = try await errorOf { try await connection.copy(into: "t (txt, m)", [row]) }
        #expect(error.code == .encoding && error.message.contains("txt, m"))
      }
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("takes all columns but the generated ones", arguments: TestDriver.allCases)
  func generated(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(
        """
        CREATE TEMPORARY TABLE t (
          dropped text, a int4, twice int8 GENERATED ALWAYS AS (a * 2) STORED, b text);
        ALTER TABLE t DROP COLUMN dropped;
        """)
      #expect(try await connection.copy(into: "t", [[3 as Int32, "x"]]) == 1)
      let (a, twice, b) = try await connection.query("SELECT a, twice, b FROM t")[0].decode(
        (Int, Int, String).self)
      #expect(a == 3 && twice == 6 && b == "x")
    }
  }

  @Test("needs the right to insert only", arguments: TestDriver.allCases)
  func rights(driver: TestDriver) async throws {
    let database = try await testDatabase()
    try await driver.withConnection(to: database.configuration) { connection in
      try await connection.execute(
        """
        CREATE TABLE t (a int4, v varchar[]); CREATE ROLE inserter_\(await connection.backendProcessID);
        GRANT INSERT ON t TO inserter_\(await connection.backendProcessID);
        SET ROLE inserter_\(await connection.backendProcessID);
        """)
      #expect(try await connection.copy(into: "public.t (v, a)", [[["x"], 3 as Int32]]) == 1)
      try await connection.execute(
        "RESET ROLE; DROP TABLE t; DROP ROLE inserter_\(await connection.backendProcessID)")
    }
  }

  @Test("takes any names, which it quotes", arguments: TestDriver.allCases)
  func identifiers(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute(
        #"CREATE TEMPORARY TABLE "My ""t"" (x)" ("time" int4, "A, b" text, "select" int4)"#)
      let columns = ["A, b", "select", "time"]
      switch connection {
      case let connection as SyncConnection:
        #expect(
          try connection.copyRows(intoTable: "My \"t\" (x)", schema: "pg_temp", columns: columns) { writer in
            try writer.append("x", 1 as Int32, 2 as Int32)
          } == 1)
        #expect(
          try connection.copyRows(intoTable: "My \"t\" (x)") { writer in
            try writer.append(2 as Int32, "x", 1 as Int32)
          } == 1)
      case let connection as AsyncConnection:
        #expect(
          try await connection.copyRows(
            intoTable: "My \"t\" (x)", schema: "pg_temp", columns: columns
          ) { writer in
            try await writer.append("x", 1 as Int32, 2 as Int32)
          } == 1)
        #expect(
          try await connection.copyRows(intoTable: "My \"t\" (x)") { writer in
            try await writer.append(2 as Int32, "x", 1 as Int32)
          } == 1)
      default: break
      }
      #expect(
        try await connection.copy(
          into: #""My ""t"" (x)" ( time , "A, b" ,"select")"#, [[2 as Int32, "x", 1 as Int32]]) == 1)
      let rows = try await connection.query(#"SELECT "time", "A, b", "select" FROM "My ""t"" (x)""#)
      #expect(try rows.decode((Int, String, Int).self).allSatisfy { $0 == (2, "x", 1) } && rows.count == 3)
    }
  }

  @Test("refuses what isn't a table with columns")
  func notTables() throws {
    for sql in ["t (a", "t a)", "t (a) WITH x", "t (a)(b)", "t (\"a)", "t (lower(a))"] {
      #expect(throws: PostgresError.self, "\(sql)") { try CopyTable(sql: sql) }
    }
    let table = try CopyTable(sql: "s.\"T,(\" (a, \"b\"\"),\")")
    #expect(table.copying == "COPY s.\"T,(\" (a,\"b\"\"),\") FROM STDIN (FORMAT binary)")
    #expect(table.columns?.count == 2 && table.describing.contains("pgdriver.\"b\"\"),\""))
    #expect(try CopyTable(sql: "t").copying == "COPY t FROM STDIN (FORMAT binary)")
  }

  @Test("of a table that isn't there is the server's error", arguments: TestDriver.allCases)
  func noTable(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      let error = try await errorOf { try await connection.copy(into: "nowhere (a)", [[1]]) }
      #expect(error.sqlState == .undefinedTable)
      #expect(try await connection.value("SELECT 1") == Int32(1))
    }
  }

  @Test("by a statement of one's own needs the binary format", arguments: TestDriver.allCases)
  func ownStatement(driver: TestDriver) async throws {
    try await driver.withConnection { connection in
      try await connection.execute("CREATE TEMPORARY TABLE t (n int4)")
      let text = "COPY t FROM STDIN"
      let binary = "COPY t FROM STDIN (FORMAT binary)"
      #expect(try await connection.copy(in: binary, [.row(7), .row(8)]) == 2)
      for (sql, pieces) in [
        (text, [.row(1)]), (text, [.data("1\n"), .row(1)]), (binary, [.row(1), .data("x")]),
        (binary, [.data("x"), .row(1)]),
      ] as [(String, [CopyPiece])] {
        let error = try await errorOf { try await connection.copy(in: sql, pieces) }
        #expect(error.code == .misuse, "\(sql): \(error)")
      }
      #expect(try await connection.copy(in: text, [.data("9\n")]) == 1)
      #expect(try await connection.value("SELECT sum(n) FROM t", as: Int.self) == 24)
    }
  }
}
