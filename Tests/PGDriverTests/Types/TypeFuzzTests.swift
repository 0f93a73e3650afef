import PGTestSupport
import Testing

@testable import PGDriver

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

private enum Mood: String, PostgresEnum { case sad, ok }

private struct Settings: Codable, Sendable {
  let name: String
  let sizes: [Int]
}

/// No bytes and no text make a type trap, hang or reserve memory for a length that lies, and what is
/// decoded can be sent.
@Suite(
  "Arbitrary bytes", .serialized, .paced, .blocking, .timeLimit(.minutes(Fuzzer.count > 10_000 ? 120 : 5)))
struct TypeFuzzTests {
  /// A type of an enum, a domain or an extension.
  private static let own = PostgresType(oid: 16400)

  private func expectNoFailure(
    _ body: (inout Fuzzer) throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var fuzzer = Fuzzer()
    try body(&fuzzer)
    if Fuzzer.count > 10_000 { print("\(fuzzer.inputs) inputs, \(fuzzer.decoded) decoded") }
    // Else the samples would have been damaged beyond use.
    #expect(fuzzer.decoded > fuzzer.inputs / 50, sourceLocation: sourceLocation)
    #expect(
      fuzzer.failures.isEmpty,
      """
      PGBENCH_FUZZ_SEED=\(Fuzzer.seed) PGBENCH_FUZZ=\(Fuzzer.count):
      \(fuzzer.failures.joined(separator: "\n"))
      """, sourceLocation: sourceLocation)
  }

  @Test("make no scalar type fail otherwise than by an error")
  func scalars() throws {
    try expectNoFailure { fuzzer in
      try fuzzer.fuzz([true, false], as: [.bool], texts: ["t", "f"])
      try fuzzer.fuzz([0, .min, .max] as [Int16], as: [.int2])
      try fuzzer.fuzz([0, .min, .max] as [Int32], as: [.int4, .int2])
      try fuzzer.fuzz([0, .min, .max] as [Int64], as: [.int8, .int4, .int2, .oid])
      try fuzzer.fuzz([0, .min, .max] as [Int], as: [.int8, .int4, .int2, .oid])
      try fuzzer.fuzz([0, .max] as [UInt32], as: [.oid, PostgresType(oid: 2205), PostgresType(oid: 28)])
      try fuzzer.fuzz(
        [0, .max] as [UInt64], as: [PostgresType(oid: 5069), .oid, PostgresLSN.postgresType], texts: ["1/A"])
      try fuzzer.fuzz([0, 65, 255] as [UInt8], as: [.char], texts: ["a", "\\377", ""])
      try fuzzer.fuzz([0, 1.5, .infinity, .nan] as [Float], as: [.float4], texts: ["-Infinity"])
      try fuzzer.fuzz([0, 1.5, .infinity, .nan] as [Double], as: [.float8, .float4], texts: ["1e-300"])
      try fuzzer.fuzz([PostgresUUID(value: 0), .random()], as: [.uuid])
      try fuzzer.fuzz([PostgresBits("10110"), PostgresBits([])].compactMap(\.self), as: [.varbit, .bit])
      try fuzzer.fuzz(
        [PostgresLSN(position: 0), PostgresLSN(position: .max)], as: [PostgresLSN.postgresType])
      try fuzzer.fuzz(
        [PostgresMoney(units: 0), PostgresMoney(units: .min)], as: [PostgresMoney.postgresType])
      try fuzzer.fuzz([[], [0, 255, 92]] as [[UInt8]], as: [.bytea], texts: ["\\x00ff", "\\\\a\\377"])
      try fuzzer.fuzz(
        [PostgresRawValue(bytes: [1, 2])], as: [Self.own, .int4, PostgresType(oid: 600)], texts: ["(1,2)"])
    }
  }

  @Test("make no number or time fail otherwise than by an error")
  func numbersAndTimes() throws {
    try expectNoFailure { fuzzer in
      let numbers: [PostgresNumeric] = [0, 12345, -1, .nan, .infinity, .negativeInfinity]
      let fractions = ["-0.005", "1.50", "123456789012345678901234567890.000000001"].compactMap {
        PostgresNumeric($0)
      }
      try fuzzer.fuzz(numbers + fractions, as: [.numeric, .int4], texts: ["1e-20", "1e20", "-1.5E3"])
      try fuzzer.fuzz(
        [PostgresDate(days: 0), .infinity, .negativeInfinity, PostgresDate(days: -800_000)], as: [.date])
      try fuzzer.fuzz([0, 86_400_000_000, 1].map { PostgresTime(microseconds: $0) }, as: [.time])
      try fuzzer.fuzz(
        [PostgresTimeTZ(PostgresTime(microseconds: 1), secondsEast: -3601)], as: [.timetz],
        texts: ["04:05:06.789-08:30"])
      try fuzzer.fuzz(
        [PostgresTimestamp(microseconds: 0), PostgresTimestamp(microseconds: -70_000_000_000_000_000)],
        as: [.timestamp], texts: ["0044-03-15 12:00:00 BC"])
      try fuzzer.fuzz(
        [PostgresTimestampTZ(microseconds: 0), .infinity], as: [.timestamptz],
        texts: ["2000-01-31 04:05:06.789+05:30"])
      try fuzzer.fuzz(
        [PostgresInterval(months: 14, days: -3, microseconds: 1), PostgresInterval()], as: [.interval],
        texts: ["1 year 2 mons -3 days +04:05:06.7"])
    }
  }

  @Test("make no text, JSON or network address fail otherwise than by an error")
  func texts() throws {
    try expectNoFailure { fuzzer in
      try fuzzer.fuzz(
        ["", "a", "é漢🙂", "12345678é"], as: [.text, .varchar, .json, .jsonb, .char, .unknown, Self.own])
      try fuzzer.fuzz([Mood.sad, .ok], as: [Self.own, .text], texts: ["sad"])
      try fuzzer.fuzz([PostgresJSON("[1]")], as: [.json, .jsonb])
      try fuzzer.fuzz([PostgresJSONB("[1]")], as: [.jsonb])
      try fuzzer.fuzz([PostgresJSONPath("$.a")], as: [PostgresJSONPath.postgresType])
      try fuzzer.fuzz([PostgresLTree("a.b")], as: [Self.own])
      try fuzzer.fuzz([PostgresLQuery("a.*")], as: [Self.own])
      try fuzzer.fuzz(
        [["a": "1", "b": nil, "c\"\\": ""], [:]] as [PostgresHStore], as: [Self.own], texts: ["\"a\"=>NULL"])
      try fuzzer.fuzz(
        [PostgresTSVector([.init("a", [.init(1, .a), .init(16383)].compactMap(\.self)), .init("b")])],
        as: [PostgresTSVector.postgresType])
      try fuzzer.fuzz(
        [PostgresInet(PostgresIPAddress(v4: 1)), PostgresInet(PostgresIPAddress(v6: 1))], as: [.inet, .cidr])
      let network = try #require(PostgresCIDR(PostgresIPAddress(v4: 0), prefixLength: 8))
      try fuzzer.fuzz([network], as: [.cidr])
      try fuzzer.fuzz([try #require(PostgresMACAddress(bits: 1))], as: [.macaddr])
      try fuzzer.fuzz([PostgresMACAddress8(bits: .max)], as: [.macaddr8])
    }
  }

  @Test("make no geometric type fail otherwise than by an error")
  func geometry() throws {
    try expectNoFailure { fuzzer in
      let point = PostgresPoint(x: 1.5, y: -.infinity)
      try fuzzer.fuzz([point], as: [PostgresPoint.postgresType])
      try fuzzer.fuzz([PostgresLine(a: 1, b: -1, c: 0)], as: [PostgresLine.postgresType])
      try fuzzer.fuzz(
        [PostgresLineSegment(start: point, end: point)], as: [PostgresLineSegment.postgresType])
      try fuzzer.fuzz([PostgresBox(point, PostgresPoint(x: 3, y: 4))], as: [PostgresBox.postgresType])
      try fuzzer.fuzz([PostgresCircle(center: point, radius: 3)], as: [PostgresCircle.postgresType])
      try fuzzer.fuzz(
        [
          PostgresPath(points: [point, point], isClosed: true),
          PostgresPath(points: [point], isClosed: false),
        ],
        as: [PostgresPath.postgresType])
      try fuzzer.fuzz([PostgresPolygon(points: [point, point])], as: [PostgresPolygon.postgresType])
    }
  }

  @Test("make no container fail otherwise than by an error")
  func containers() throws {
    try expectNoFailure { fuzzer in
      let integers = PostgresType(oid: 1007)
      let texts = PostgresType(oid: 1009)
      try fuzzer.fuzz([7, -1] as [Int32?], as: [.int4])
      try fuzzer.fuzz([[], [1, 2]] as [[Int32]], as: [integers, Self.own])
      try fuzzer.fuzz([[], [1, nil]] as [[Int32?]], as: [integers, Self.own])
      try fuzzer.fuzz([[[1, 2], [3, 4]], []] as [[[Int32?]]], as: [integers])
      try fuzzer.fuzz([["a", "é"], []] as [[String]], as: [texts, Self.own])
      try fuzzer.fuzz([[[0, 1], []]] as [[[UInt8]]], as: [PostgresType(oid: 1001)])
      try fuzzer.fuzz([[.sad, .ok]] as [[Mood]], as: [Self.own, texts], elements: Self.own)
      try fuzzer.fuzz(
        [PostgresArray([1, nil] as [Int32?], lowerBound: -3), PostgresArray([])], as: [integers])
      let grid = try PostgresArray(
        ["a", "b", nil, "d"], dimensions: [.init(count: 2, lowerBound: .max - 2), .init(count: 2)])
      try fuzzer.fuzz([grid], as: [texts])
      try fuzzer.fuzz(
        [PostgresRange(1 as Int32..<5), .empty, .between(.unbounded, .inclusive(7))],
        as: [PostgresType(oid: 3904), Self.own])
      try fuzzer.fuzz(
        [PostgresRange.between(.inclusive("a"), .exclusive("b,"))] as [PostgresRange<String>], as: [Self.own])
      try fuzzer.fuzz(
        [PostgresMultirange([PostgresRange(1 as Int32..<5), PostgresRange(7..<8)])],
        as: [PostgresType(oid: 4451), Self.own])
      try fuzzer.fuzz([[PostgresRange(1 as Int32..<5)]], as: [PostgresType(oid: 3905)])
      let composite = PostgresComposite(
        7 as Int32, "a" as String?, [1.5, nil] as [Double?], PostgresComposite(true, [UInt8(1)]))
      try fuzzer.fuzz([composite], as: [.record, Self.own])
      try fuzzer.fuzz([[composite, composite]], as: [PostgresType(oid: 2287), Self.own], elements: .record)
      try fuzzer.fuzz(
        [PostgresComposite(PostgresComposite(PostgresRange(1 as Int32..<5), [PostgresNumeric(7)]))],
        as: [.record])
    }
  }

  @Test("make no type of Foundation's fail otherwise than by an error")
  func foundation() throws {
    try expectNoFailure { fuzzer in
      try fuzzer.fuzz(
        [Date(timeIntervalSinceReferenceDate: 0.5)], as: [.timestamptz], texts: ["2000-01-31 04:05:06+00"],
        isExact: false)
      try fuzzer.fuzz([UUID()], as: [.uuid])
      try fuzzer.fuzz([Data([0, 255]), Data()], as: [.bytea], texts: ["\\x00ff"])
      try fuzzer.fuzz(
        [Decimal(15) / 10, 0, .nan, -7], as: [.numeric, .int4], texts: ["0.000000001", "NaN", "1e30"])
      try fuzzer.fuzz(
        [try #require(URL(string: "https://example.com/a?b=c"))], as: [.text, .varchar, Self.own])
      try fuzzer.fuzz(
        [PostgresCodableJSON(Settings(name: "é", sizes: [1, 2]))], as: [.jsonb, .json],
        texts: [#"{"name":"a","sizes":[1]}"#], isExact: false)
    }
  }
}
