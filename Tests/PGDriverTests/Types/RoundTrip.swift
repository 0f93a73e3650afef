import PGDriver
import PGSystem
import Testing

/// How many random values of each type go out and come back.
let randomCount = 2000

extension PostgresConnection {
  /// Sends values as parameters and expects them back equal, and the server's text of them to be as expected.
  func expectRoundTrip<Value: PostgresCodable & Equatable>(
    _ values: [Value], as type: String,
    isText: (Value, String) -> Bool,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    var wrong: [String] = []
    for start in stride(from: 0, to: values.count, by: 50) {
      let sent = Array(values[start..<min(start + 50, values.count)])
      let rows = (1...sent.count).map { "($\($0)::\(type))" }.joined(separator: ",")
      let answer = try await query(
        PostgresQuery(sql: "SELECT v, v::text FROM (VALUES \(rows)) AS x(v)", parameters: sent))
      for (value, (back, text)) in zip(sent, try answer.decode((Value, String).self))
      where back != value || !isText(value, text) {
        wrong.append("sent \(value), got \(back), whose text is \(text)")
      }
    }
    #expect(
      wrong.isEmpty, "\(wrong.count) of \(values.count): \(wrong.prefix(3))", sourceLocation: sourceLocation)
    // NULL goes the same way, among values.
    let value = try #require(values.first, sourceLocation: sourceLocation)
    let optional = try await query("SELECT \(Value?.none), \(value as Value?)").first
    let (null, some) = try #require(optional, sourceLocation: sourceLocation).decode((Value?, Value?).self)
    #expect(null == nil && some == value, sourceLocation: sourceLocation)
  }

  /// The same, where the values' descriptions are to be the server's text.
  func expectRoundTrip<Value: PostgresCodable & Equatable & CustomStringConvertible>(
    _ values: [Value], as type: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    try await expectRoundTrip(
      values, as: type, isText: { $0.description == $1 }, sourceLocation: sourceLocation)
  }

  /// Expects a query's one value to be a certain one.
  func expect<Value: PostgresDecodable & Equatable>(
    _ query: PostgresQuery, as type: Value.Type, equals expected: Value,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let found = try await value(query, as: type)
    #expect(found == expected, sourceLocation: sourceLocation)
  }

  /// The error that decoding a query's one value raises.
  func decodingError<Value: PostgresDecodable>(
    _ query: PostgresQuery, as type: Value.Type
  ) async throws -> PostgresError {
    let row = try #require(try await self.query(query).first)
    let error = #expect(throws: PostgresError.self) { try row.decode(type, at: 0) }
    return try #require(error)
  }
}

extension SeededGenerator {
  /// Values made of this stream of random numbers.
  mutating func values<Value>(
    _ count: Int = randomCount, _ make: (inout SeededGenerator) -> Value
  ) -> [Value] {
    (0..<count).map { _ in make(&self) }
  }

  /// An integer whose size in bits is random too, so that small ones are as frequent as great ones.
  mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value {
    Value(truncatingIfNeeded: Int64(bitPattern: next())) >> Value(number(below: Value.bitWidth))
  }

  /// Text of characters of one to four bytes, quotation marks, backslashes and line ends among them.
  mutating func text(maximumLength: Int = 40) -> String {
    let alphabet: [Character] = Array("aZ09 ,{}()[]\"'\\\t\néß€漢🙂\u{1}\u{7f}")
    let length = number(below: maximumLength + 1)
    return String((0..<length).map { _ in alphabet[number(below: alphabet.count)] })
  }
}

/// The tests of types: one at a time, for each keeps a connection and a processor busy, of which other tests
/// want theirs.
@Suite("Types", .serialized, .timeLimit(.minutes(5)))
enum TypeTests {}
