import PGDriver
import PGSystem
import Testing

extension TypeTests {
  @Suite("Numeric")
  struct NumericTests {
    private static let edges = [
      "0", "0.00", "1", "-1", "9999", "10000", "10001", "-10000.0001", "0.0001", "0.00001", "1.10",
      "100000000",
      "12345678901234567890123456789012345678.9012345678901234567890", "NaN", "Infinity", "-Infinity",
      "0." + String(repeating: "0", count: 16382) + "1", "9" + String(repeating: "0", count: 131071),
      String(repeating: "9", count: 131072) + "." + String(repeating: "9", count: 16383),
    ]

    @Test("Numbers go out and come back to the last digit", arguments: TestDriver.allCases)
    func roundTrip(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 20)
      let texts = Self.edges + random.values { Self.number(&$0) }
      let values = try texts.map { try #require(PostgresNumeric($0)) }
      #expect(values.map(\.description) == texts)
      try await driver.withTextConnection { connection in
        try await connection.expectRoundTrip(values, as: "numeric")
      }
    }

    @Test("Numbers are ordered as the server orders them", arguments: TestDriver.allCases)
    func order(driver: TestDriver) async throws {
      var random = SeededGenerator(seed: 21)
      let texts = ["NaN", "Infinity", "-Infinity", "0", "0.0"] + random.values(500) { Self.number(&$0) }
      let values = try texts.map { try #require(PostgresNumeric($0)) }
      try await driver.withTextConnection { connection in
        let sorted = try await connection.value(
          "SELECT array_agg(v ORDER BY v) FROM unnest(\(values)) AS v", as: [PostgresNumeric].self)
        #expect(sorted == values.sorted())
        let distinct = try await connection.value(
          "SELECT count(DISTINCT v) FROM unnest(\(values)) AS v", as: Int.self)
        #expect(distinct == Set(values).count)
      }
    }

    @Test("Text is read as the server reads it", arguments: TestDriver.allCases)
    func parsing(driver: TestDriver) async throws {
      let texts = [
        "1e3", "1E-3", "+1.5", ".5", "5.", "-0", "-0.00", "123e-5", "1.5e2", "00012.30", "inf", "-Inf", "nan",
      ]
      try await driver.withTextConnection { connection in
        for text in texts {
          let value = try #require(PostgresNumeric(text))
          let server = try await connection.value("SELECT \(text)::numeric", as: PostgresNumeric.self)
          #expect(value == server && value.description == server.description, "\(text)")
        }
      }
      for text in ["", "-", ".", "1.2.3", "e5", "1e", "12a", " 1", "--1", "-nan", "0x10"] {
        #expect(PostgresNumeric(text) == nil, "\(text)")
      }
    }

    @Test("Numbers convert to integers and to double precision")
    func conversions() {
      #expect(
        Int(exactly: PostgresNumeric(Int.min)) == .min && Int(exactly: PostgresNumeric(Int.max)) == .max)
      #expect(PostgresNumeric("12.00").flatMap { Int(exactly: $0) } == 12)
      #expect(PostgresNumeric("12.01").flatMap { Int(exactly: $0) } == nil)
      #expect(Int(exactly: PostgresNumeric.nan) == nil && UInt8(exactly: 256 as PostgresNumeric) == nil)
      #expect(PostgresNumeric("0.1").map { Double($0) } == 0.1)
      #expect(Double(.negativeInfinity) == -.infinity && Double(PostgresNumeric.nan).isNaN)
    }

    @Test("Integer columns are numbers too", arguments: TestDriver.allCases)
    func integers(driver: TestDriver) async throws {
      try await driver.withTextConnection { connection in
        let number = try await connection.value("SELECT -12::int4", as: PostgresNumeric.self)
        #expect(number == -12)
      }
    }

    private static func number(_ random: inout SeededGenerator) -> String {
      func digits(_ count: Int) -> String {
        String(
          (0..<count).map { _ in Character("\(random.number(below: 3) == 0 ? random.number(below: 10) : 0)") }
        )
      }
      let whole = digits(random.number(below: 30)).drop { $0 == "0" }
      let fraction = digits(random.number(below: 30))
      let text = (whole.isEmpty ? "0" : whole) + (fraction.isEmpty ? "" : "." + fraction)
      return random.number(below: 2) == 0 && text.contains { $0 != "0" && $0 != "." }
        ? "-" + text : String(text)
    }
  }
}
