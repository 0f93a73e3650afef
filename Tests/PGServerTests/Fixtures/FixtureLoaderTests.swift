import PGDriver
import PGSystem
import PGTestSupport
import Testing

@testable import PGServer

@Suite("Loading a fixture", .paced)
struct FixtureLoaderTests {
  @Test(
    "A statement that fails is told with its line and its first words",
    arguments: [
      (
        "CREATE TABLE t (\n  a int\n);\n\nINSERT INTO t VALUES (1);\nINSERT INTO t\nVALUES ('x');\n"
          + "INSERT INTO t VALUES (2);",
        "failed at line 7, in \"INSERT INTO t VALUES ('x');\""
      ),
      ("SELECT 1;\nSELECT 1 +\n  nothing;", "failed at line 3, in \"SELECT 1 + nothing;\""),
      (
        "CREATE TABLE t (a int PRIMARY KEY);\nINSERT INTO t VALUES (1);\nINSERT INTO t VALUES (1);",
        "failed at line 3"
      ),
      (
        "CREATE TABLE t (a int);\n\nCOPY t\nFROM stdin;\n1\n2\nx\n\\.\n",
        "failed at line 7, in \"COPY t FROM stdin;\""
      ),
      ("CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n", "line 2: The data of the COPY have no end"),
      ("SELECT 1;\n\\i other.sql\n", "line 2: The command \\i can't be carried out"),
      ("\\connect a\n\\connect b\n", "line 2: The script is of several databases"),
      ("CREATE TABLE t (a int);\nALTER TABLE t OWNER TO no_such_role;", "pg_dump --no-owner --no-privileges"),
      ("CREATE ROLE r PASSWORD 's3cr3t' NONSENSE;", "failed at line 1, in \"CREATE ROLE r…\""),
    ])
  func failure(script: String, words: String) async throws {
    try await ThrowawayServer.with { server in
      await #expect { try await server.database(for: Fixture(name: "crooked", script: script)) } throws: {
        error in
        "\(error)".contains(words) && "\(error)".contains("crooked") && !"\(error)".contains("s3cr3t")
      }
      // Nothing is left of it.
      let left = try server.databases()
      #expect(!left.contains { $0.hasPrefix("pgbenchkit") })
    }
  }

  @Test("A script is one transaction, unless it ends it; what it sets for its session reaches no further")
  func transaction() async throws {
    try await ThrowawayServer.with { server in
      let fixture = Fixture(
        name: "settings",
        script: """
          \u{FEFF}SET standard_conforming_strings = off;
          CREATE TABLE t (a text);
          INSERT INTO t VALUES ('it\\'s');
          SET standard_conforming_strings = on;
          INSERT INTO t VALUES ('\\');
          BEGIN;
          INSERT INTO t VALUES ('b');
          COMMIT;
          CREATE ROLE owner;
          SET SESSION AUTHORIZATION owner;
          """)
      let database = try await server.database(for: fixture)
      let connection = try SyncConnection.connect(to: database.configuration)
      defer { connection.close() }
      let rows = try connection.query("SELECT a FROM t").decode(String.self)
      #expect(rows == ["it's", "\\", "b"])
    }
  }

  @Test("Thousands of INSERT statements are sent together, and all of them load")
  func inserts() async throws {
    try await ThrowawayServer.with { server in
      let rows = (1...20_000).map { "INSERT INTO t VALUES (\($0), 'row \($0)');" }
      let fixture = Fixture(
        name: "rows", script: "CREATE TABLE t (a int, b text);\n" + rows.joined(separator: "\n"))
      let connection = try SyncConnection.connect(to: try await server.database(for: fixture).configuration)
      defer { connection.close() }
      #expect(try connection.query("SELECT count(*) FROM t")[0].decode(Int.self, at: 0) == 20_000)
    }
  }

  @Test(
    "What pg_dump writes loads, and dumps to the same text",
    .enabled(if: FixtureLoaderTests.pgDump != nil),
    arguments: [
      [], ["--inserts"], ["--column-inserts", "--rows-per-insert=2"], ["--create"],
      ["--create", "--clean", "--if-exists"],
      ["--use-set-session-authorization"], ["--disable-triggers", "--quote-all-identifiers"],
    ])
  func dump(options: [String]) async throws {
    try await ThrowawayServer.with { server in
      let original = try await server.database(for: Self.shop)
      let text = try await Self.dump(original.name, of: server, options)
      #expect(options.contains { $0.contains("inserts") } || text.contains("FROM stdin;"))
      let loaded = try await server.database(for: Fixture(name: "dump", script: text))
      let expected = try await Self.dump(original.name, of: server)
      #expect(try await Self.dump(loaded.name, of: server) == expected)
      #expect(expected.contains("BEGIN ATOMIC") && expected.contains("\\N"))
    }
  }

  static let pgDump: String? =
    PostgresFinder.usualPatterns.isEmpty
    ? nil
    : PostgresFinder(environment: CallersEnvironment.current(), files: .machine, binFolder: { _ in nil })
      .usualFolders.map { "\($0)/pg_dump" }.first(where: FileProbe.machine.isExecutable)

  /// A dump without the lines that differ each time.
  private static func dump(_ database: String, of server: ThrowawayServer, _ options: [String] = [])
    async throws
    -> String
  {
    let shell = ServerShell(user: try .ofServer(), callersEnvironment: [:])
    let program = try #require(pgDump)
    let outcome = try await shell.run(
      #""$@""#,
      [program, "--host=\(server.cluster.folder.path)", "--username=postgres"] + options + [database])
    try #require(outcome.isSuccess, "\(outcome.output)")
    guard options.isEmpty else { return outcome.output }
    return outcome.output.split(separator: "\n", omittingEmptySubsequences: false).filter {
      !$0.hasPrefix("\\restrict") && !$0.hasPrefix("\\unrestrict")
    }.joined(separator: "\n")
  }

  /// All that a scanner of SQL can stumble over.
  private static let shop = Fixture(
    name: "shop",
    script: #"""
      CREATE SCHEMA "odd;name";
      CREATE TABLE "odd;name"."ta""ble" (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "it's" text DEFAULT ';');
      INSERT INTO "odd;name"."ta""ble" ("it's") VALUES (E'tab\there'), (E'line\nbreak'), ('back\slash'),
        (NULL), ('\.'), (''), ('it''s; -- no comment'), ('ü€𝄞'), (E'\r\n'), ('$$'), ('/*');
      CREATE FUNCTION old(a int) RETURNS int LANGUAGE plpgsql AS $_$ BEGIN RETURN $1; /* ; */ END; $_$;
      CREATE FUNCTION new(a int) RETURNS int LANGUAGE sql
        BEGIN ATOMIC SELECT CASE WHEN a > 0 THEN 1 ELSE 2 END; SELECT a; END;
      CREATE TABLE log (at timestamp, what text);
      CREATE RULE r AS ON INSERT TO log DO ALSO (NOTIFY a; NOTIFY b);
      CREATE VIEW v AS SELECT 'a;b'::text AS a, E'\\' AS b;
      COMMENT ON VIEW v IS 'it''s; "quoted" $$ \ -- and /* so on';
      CREATE DOMAIN d AS text CHECK (VALUE <> ';');
      CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END;';
      CREATE TRIGGER tr BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION t();
      SELECT lo_from_bytea(4711, '\xdeadbeef');
      INSERT INTO log SELECT '2024-01-01', 'row ' || i FROM generate_series(1, 100) i;
      """#)
}
