import PGDriver
import PGTestSupport
import Testing

@Suite("Quoted identifiers, of any scalars,", .paced)
struct IdentifierFuzzTests {
  @Test("are read back byte by byte as the identifier, and as nothing after it")
  func bytes() throws {
    let seed = Fuzzing.seed
    var random = FuzzGenerator(seed: seed)
    for number in 0..<Fuzzing.inputs {
      let identifier = Self.identifier(&random)
      let quoted = try PostgresQuery.quoted(identifier: identifier)
      guard Self.parsed(quoted).map({ $0.elementsEqual(identifier.utf8) }) == true else {
        Issue.record(
          "Input \(number) of seed \(seed): \(Array(identifier.utf8)) became \(Array(quoted.utf8))")
        return
      }
    }
  }

  @Test(
    "name a column as PostgreSQL reads them, and are no SQL besides", .timeLimit(.minutes(5)),
    arguments: TestDriver.allCases)
  func server(driver: TestDriver) async throws {
    let seed = Fuzzing.seed
    var random = FuzzGenerator(seed: seed)
    try await driver.withConnection { connection in
      for number in 0..<min(Fuzzing.inputs / 20, 2_000) {
        // The server cuts a name after 63 bytes.
        var identifier = Self.identifier(&random)
        while identifier.utf8.count > 63 { identifier.unicodeScalars.removeLast() }
        if identifier.isEmpty { identifier = "\"" }
        let quoted = try PostgresQuery.quoted(identifier: identifier)
        let rows = try await connection.query("SELECT 1 AS \(unescaped: quoted)")
        #expect(
          rows.columns.count == 1 && rows.columns[0].name.utf8.elementsEqual(identifier.utf8),
          "Input \(number) of seed \(seed): \(Array(identifier.utf8))")
      }
    }
  }

  /// Quotation marks among scalars that join what is before or after them.
  private static func identifier(_ random: inout FuzzGenerator) -> String {
    var identifier = String.UnicodeScalarView()
    for _ in 0..<random.below(24) {
      switch random.below(4) {
      case 0: identifier.append("\"")
      case 1:
        identifier.append(random.pick(["\u{600}", "\u{301}", "\u{200D}", "\u{1F1E6}", "\r", "\n", ";"]))
      default: identifier.append(random.scalar())
      }
    }
    return String(identifier)
  }

  /// What the server's lexer reads (src/backend/parser/scan.l, `xd`); nil if that isn't the whole text.
  private static func parsed(_ quoted: String) -> [UInt8]? {
    let mark = UInt8(ascii: "\"")
    let bytes = Array(quoted.utf8)
    guard bytes.count >= 2, bytes.first == mark else { return nil }
    var identifier: [UInt8] = []
    var index = 1
    while index < bytes.count {
      if bytes[index] == mark {
        guard index + 1 < bytes.count, bytes[index + 1] == mark else {
          return index == bytes.count - 1 ? identifier : nil
        }
        index += 1
      }
      identifier.append(bytes[index])
      index += 1
    }
    return nil
  }
}
