import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

extension TypeTests {
  @Suite("Types of contrib's extensions")
  struct ExtensionTypeTests {
    @Test("hstore, ltree and lquery go out and come back", arguments: TestDriver.allCases)
    func roundTrip(driver: TestDriver) async throws {
      let database = try await testDatabase()
      try await driver.withConnection(to: database.configuration) { connection in
        try await connection.execute("CREATE EXTENSION hstore; CREATE EXTENSION ltree")
        var random = SeededGenerator(seed: 90)
        for _ in 0..<200 {
          let pairs = (0..<random.number(below: 6)).map { number in
            ("\(number)" + random.text(), random.number(below: 4) == 0 ? nil : random.text())
          }
          let store = PostgresHStore(Dictionary(uniqueKeysWithValues: pairs))
          let query: PostgresQuery = """
            SELECT h, ARRAY[h], h::text, \(store.description)::hstore = h
            FROM (SELECT \(store)::hstore) AS x(h)
            """
          let (back, array, text, isSame) = try await connection.query(query)[0].decode(
            (PostgresHStore, [PostgresHStore], String, Bool).self)
          #expect(back == store && array == [store] && PostgresHStore(text) == store && isSame)
          let fromText = try await connection.query(query.inTextFormat())[0].decode(
            PostgresHStore.self, at: 0)
          #expect(fromText == store)
        }
        let (tree, pattern, isMatch) = try await connection.query(
          """
          SELECT \(PostgresLTree("Top.Science.Stars"))::ltree, \(PostgresLQuery("Top.*{1,2}"))::lquery,
            \(PostgresLTree("Top.Science.Stars"))::ltree ~ \(PostgresLQuery("Top.*{1,2}"))::lquery
          """
        )[0].decode((PostgresLTree, PostgresLQuery, Bool).self)
        #expect(tree.labels == ["Top", "Science", "Stars"] && pattern.text == "Top.*{1,2}" && isMatch)
      }
    }
  }

  @Suite("Geometric types and documents")
  struct GeometryTests {
    private static func point(_ random: inout SeededGenerator) -> PostgresPoint {
      let x = Double(random.integer(Int32.self)) / 64
      return PostgresPoint(x: x, y: random.number(below: 9) == 0 ? .infinity : -x)
    }

    @Test("Geometric types go out and come back, in text too", arguments: TestDriver.allCases)
    func geometry(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 91)
      let points = random.values(200) { Self.point(&$0) } + [PostgresPoint(x: 1e300, y: 1e-300)]
      let pairs = zip(points, points.reversed())
      try await driver.withTextConnection { connection in
        func check<Value: PostgresCodable & Equatable & LosslessStringConvertible>(
          _ values: [Value], _ type: String
        ) async throws {
          try await connection.expectRoundTrip(values, as: type) { Value($1) == $0 }
          for value in values.prefix(20) {
            let query: PostgresQuery = "SELECT \(value), \(value.description)::\(unescaped: type)::text"
            let row = try await connection.query(query.inTextFormat())[0]
            let (back, text) = try row.decode((Value, String).self)
            #expect(back == value && Value(text) == value)
          }
        }
        try await check(points, "point")
        try await check(pairs.map { PostgresLineSegment(start: $0, end: $1) }, "lseg")
        try await check(pairs.map { PostgresBox($0, $1) }, "box")
        try await check(points.map { PostgresLine(a: $0.x, b: 1, c: 0.5) }, "line")
        try await check(points.map { PostgresCircle(center: $0, radius: abs($0.x)) }, "circle")
        try await check(pairs.map { PostgresPath(points: [$0, $1], isClosed: $0.x > 0) }, "path")
        try await check(pairs.map { PostgresPolygon(points: [$0, $1, $0]) }, "polygon")
        let corner = try await connection.value("SELECT '(1,5),(3,4)'::box", as: PostgresBox.self)
        #expect(corner.high == PostgresPoint(x: 3, y: 5) && corner.description == "(3,5),(1,4)")
      }
    }

    @Test("Documents, paths into JSON, money and log positions do too", arguments: TestDriver.allCases)
    func others(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 92)
      let money = random.values(100) { PostgresMoney(units: $0.integer()) }
      let positions = random.values(100) { PostgresLSN(position: $0.next()) }
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(positions, as: "pg_lsn")
        try await connection.expectRoundTrip(money, as: "money") { _, text in !text.isEmpty }
        try await connection.execute("SET lc_monetary = 'C'")
        try await connection.expect(
          "SELECT '-12.34'::money", as: PostgresMoney.self, equals: PostgresMoney(units: -1234))
        for text in ["'cat':3 'fat':2A,4 'rat':5B,6C", "", "'a b' 'it''s':16383 'x\\\\y'"] {
          let vector = try await connection.value("SELECT \(text)::tsvector", as: PostgresTSVector.self)
          #expect(vector.description == text)
          try await connection.expect("SELECT \(vector)::text", as: String.self, equals: text)
          try await connection.expect(
            "SELECT \(vector.description)::tsvector", as: PostgresTSVector.self, equals: vector)
        }
        let lexeme = try await connection.value(
          "SELECT to_tsvector('simple', 'a b a')", as: PostgresTSVector.self
        )
        .lexemes[0]
        #expect(lexeme.text == "a" && lexeme.positions.map(\.index) == [1, 3])
        let path = PostgresJSONPath("$.\"a\"[*]?(@ > 1)")
        try await connection.expect("SELECT \(path)", as: PostgresJSONPath.self, equals: path)
        try await connection.expect(
          "SELECT jsonb_path_exists('{\"a\": [2]}', \(path))", as: Bool.self, equals: true)
      }
    }
  }
}
