import PGDriver
import PGSystem
import Testing

private enum Mood: String, PostgresEnum, Decodable {
  case sad, ok
  case veryHappy = "very happy"
}

extension TypeTests {
  @Suite("Texts, JSON and enums")
  struct TextTests {
    @Test("Texts go out and come back", arguments: TestDriver.allCases)
    func texts(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 10)
      let values =
        ["", " ", "a", String(repeating: "漢", count: 100_000), "\u{10ffff}"] + random.values { $0.text() }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "text")
        try await connection.expectRoundTrip(values, as: "varchar")
        // Identifiers are cut at 63 bytes.
        let names = values.filter { $0.utf8.count < 64 }
        try await connection.expectRoundTrip(names, as: "name")
        // The blanks that pad a character(n) are not sent back by a cast to text.
        try await connection.expectRoundTrip(["abc"], as: "character(3)")
        try await connection.expect("SELECT 'ab'::character(4)", as: String.self, equals: "ab  ")
      }
    }

    @Test("A text with U+0000 is refused before it is sent", arguments: TestDriver.allCases)
    func zeroCharacter(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        for parameter: any PostgresEncodable in ["a\0b", ["a\0b"], PostgresJSON("\"\0\"")] {
          let error = await #expect(throws: PostgresError.self) {
            _ = try await connection.query(PostgresQuery(sql: "SELECT $1", parameters: [parameter]))
          }
          #expect(error?.code == .encoding)
        }
        try await connection.expect("SELECT 1", as: Int.self, equals: 1)
      }
    }

    @Test("A string stands for a value of any type", arguments: TestDriver.allCases)
    func inference(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.expect("SELECT \("12")::int4", as: Int32.self, equals: 12)
        try await connection.expect("SELECT DATE '2000-01-02' = \("2000-01-02")", as: Bool.self, equals: true)
        try await connection.expect("SELECT \("{1,2}")::int4[]", as: [Int32].self, equals: [1, 2])
      }
    }

    @Test("JSON goes out and comes back", arguments: TestDriver.allCases)
    func json(driver: TestDriver) async throws {
      let texts = ["null", "{}", #"{"a":  [1, 2.50, "é\"\n🙂"]}"#, "\"\"", "[ ]", "1e3"]
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(texts.map { PostgresJSON($0) }, as: "json")
        let stored = [#"{"a": [1, 2.50, "é🙂"], "bb": null}"#, "null", "[]", "\"\"", "1000"]
        try await connection.expectRoundTrip(stored.map { PostgresJSONB($0) }, as: "jsonb")
        try await connection.expect("SELECT '[1,  2]'::json", as: String.self, equals: "[1,  2]")
        try await connection.expect("SELECT '[1,  2]'::jsonb", as: String.self, equals: "[1, 2]")
        try await connection.expect(
          "SELECT '[1,  2]'::jsonb", as: PostgresJSON.self, equals: PostgresJSON("[1, 2]"))
        try await connection.expect("SELECT '<a/>'::xml", as: String.self, equals: "<a/>")
      }
    }

    @Test("Enums come as Swift enums and as strings, in arrays too", arguments: TestDriver.allCases)
    func enums(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.execute(
          """
          CREATE TYPE pg_temp.mood AS ENUM ('sad', 'ok', 'very happy', 'other');
          CREATE TEMPORARY TABLE person (mood pg_temp.mood, moods pg_temp.mood[]);
          """)
        for mood in [Mood.sad, .ok, .veryHappy] {
          let rows = try await connection.query(
            "INSERT INTO person VALUES (\(mood), \([mood, nil, .ok])) RETURNING mood, moods, mood::text")
          let (back, moods, text) = try #require(rows.first).decode((Mood, [Mood?], String).self)
          #expect(back == mood && moods == [mood, nil, .ok] && text == mood.rawValue)
          let (label, labels) = try await #require(
            connection.query("SELECT mood, moods FROM person WHERE mood = \(mood)").first
          ).decode((String, [String?]).self)
          #expect(label == mood.rawValue && labels == [mood.rawValue, nil, "ok"])
        }
        #expect(
          try await connection.value(
            "SELECT count(*) FROM person WHERE mood = ANY (\(["sad", "ok"])::text[]::pg_temp.mood[])",
            as: Int.self)
            == 2)
        let error = try await connection.decodingError(
          "SELECT 'other'::pg_temp.mood AS feeling", as: Mood.self)
        #expect(
          error.code == .decoding && error.message.contains("feeling") && error.message.contains("\"other\""))
      }
    }

    @Test("A domain comes and goes as the type under it", arguments: TestDriver.allCases)
    func domains(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.execute(
          """
          CREATE DOMAIN pg_temp.positive AS int4 CHECK (VALUE > 0);
          CREATE DOMAIN pg_temp.email AS text;
          """)
        let rows = try await connection.query(
          "SELECT \(7 as Int32)::pg_temp.positive, \("a@b")::pg_temp.email, ARRAY[1, 2]::pg_temp.positive[]::int4[]"
        )
        let (number, text, numbers) = try #require(rows.first).decode((Int32, String, [Int32]).self)
        #expect(number == 7 && text == "a@b" && numbers == [1, 2])
        try await connection.expect(
          "SELECT ARRAY['a@b']::pg_temp.email[]", as: [String].self, equals: ["a@b"])
      }
    }

    @Test("What isn't text is not taken for a string", arguments: TestDriver.allCases)
    func notText(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        try await connection.execute("CREATE TYPE pg_temp.pair AS (a int4, b int4)")
        for sql: PostgresQuery in [
          "SELECT 1094795585::int4", "SELECT 'ABCD'::bytea", "SELECT '(3,4)'::tid",
          "SELECT '2000-01-01'::date",
          "SELECT ROW(1, 2)::pg_temp.pair", "SELECT ARRAY['a']",
        ] {
          let error = try await connection.decodingError(sql, as: String.self)
          #expect(error.code == .decoding)
        }
      }
    }
  }
}
