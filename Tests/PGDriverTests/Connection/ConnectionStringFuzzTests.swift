import PGSystem
import PGTestSupport
import Testing

@testable import PGDriver

@Suite("Connection strings, right and wrong ones,", .paced)
struct ConnectionStringFuzzTests {
  /// Letters that nothing else in the strings and messages has, so that four in a row are a password's.
  private static let letters = "GHJKLMNQSTWXYZ"
  /// What else a password may have: all that is syntax in a URL or in key=value pairs, and what joins
  /// scalars.
  private static let others =
    "@@//::?&=%#,;[]'\"\\ \t\n!$*~^|<>(){}`-_.0123456789é\u{301}\u{600}\u{200D}\u{FEFF}🐘"

  @Test("that are right come back as they were written")
  func roundTrip() throws {
    try run { random in
      let written = [
        "user": Self.text(&random), "password": Self.text(&random), "dbname": Self.text(&random),
        "application_name": Self.text(&random),
        "host": random.pick(["db", "/tmp/a@b", "::1", "@x@y", "a,b"]),
        "port": random.pick(["1", "65535", "5432"]),
      ]
      let isURL = random.below(2) == 0
      let string = isURL ? Self.url(written) : Self.pairs(written, &random)
      let read = try PostgresConfiguration(string)
      // By bytes: for Swift, equivalent strings are equal.
      for (name, value) in written {
        guard read.parameters[name]?.utf8.elementsEqual(value.utf8) == true else {
          return "\(name) of \(Array(string.utf8))"
        }
      }
      return Self.leak(of: written["password"] ?? "", in: Self.shown(read), notIn: written)
    }
  }

  @Test("whose passwords aren't encoded show no four characters of them")
  func unencoded() throws {
    try run { random in
      let password = Self.secret(&random)
      let place = random.pick([
        "db", "db:5432", "db:5432/shop", "db/shop?connect_timeout=7", "a:1,b:2/shop", "[::1]:5432/shop",
        "/shop?host=/tmp/a@b", "@abstract/shop", "", "/",
      ])
      let string = random.pick([
        "postgresql://anna:\(password)@\(place)", "postgres://anna:\(password)@\(place)",
        "postgresql://:\(password)@\(place)", "host=db user=anna password=\(password)",
        "password=\(password) host=db port=5432", "password='\(password)' host=db",
        "postgresql://anna@\(place.contains("?") ? place + "&" : place + "?")password=\(password)",
      ])
      return Self.leak(of: password, in: Self.tried(string), notIn: [:])
    }
  }

  @Test("with faults in them are refused or read, and a password that is read as one is never shown")
  func mutations() throws {
    try run { random in
      let password = String((0..<12).map { _ in random.pick(Array(Self.letters)) })
      var string = random.pick([
        "postgresql://anna:\(password)@db:5432/shop?connect_timeout=7&application_name=test",
        "postgresql://anna:\(password)@one:1,[::1]:2/shop?target_session_attrs=any",
        "host=/run/pg port=5433 user='o\\'neill' password='\(password)' dbname=shop sslmode=disable",
        "password = \(password) host = 'a b' connect_timeout = 3",
      ])
      for _ in 0...random.below(6) { Self.mutate(&string, &random) }
      do {
        let read = try PostgresConfiguration(string)
        guard read.parameters["password"]?.contains(password) == true else { return nil }
        return Self.leak(
          of: password, in: Self.shown(read), notIn: read.parameters.filter { $0.key != "password" })
      } catch {
        return Self.leak(of: password, in: Self.shown(error), notIn: [:])
      }
    }
  }

  @Test("of any scalars are refused or read")
  func anything() throws {
    try run { random in
      var scalars = String.UnicodeScalarView(
        random.pick(["", "postgresql://", "postgres://", "host="]).unicodeScalars)
      for _ in 0..<random.below(30) {
        scalars.append(
          random.below(3) == 0 ? random.pick(Array("@/:?&=%[],'\"\\ ".unicodeScalars)) : random.scalar())
      }
      _ = Self.tried(String(scalars))
      return nil
    }
  }

  // MARK: Running

  /// Makes the inputs one after the other until one is found at fault.
  private func run(
    sourceLocation: SourceLocation = #_sourceLocation, _ body: (inout FuzzGenerator) throws -> String?
  ) throws {
    let seed = Fuzzing.seed
    var random = FuzzGenerator(seed: seed)
    for number in 0..<Fuzzing.inputs {
      let fault: String?
      do { fault = try body(&random) } catch { fault = "\(error)" }
      guard let fault else { continue }
      Issue.record("Input \(number) of seed \(seed): \(fault)", sourceLocation: sourceLocation)
      return
    }
  }

  /// All that is told of a string, read or refused; planning to connect is a part of reading it.
  private static func tried(_ string: String) -> [String] {
    do {
      let read = try PostgresConfiguration(string)
      // libpq reads its files for that.
      guard string.utf8.count % 16 == 0 else { return shown(read) }
      do {
        return shown(read) + (try planned(read))
      } catch {
        return shown(read) + shown(error)
      }
    } catch {
      return shown(error)
    }
  }

  private static func planned(_ configuration: PostgresConfiguration) throws -> [String] {
    let plan = try ConnectPlan(configuration)
    return plan.attempts.map(\.place)
  }

  private static func shown(_ value: some Any) -> [String] {
    var dumped = ""
    dump(value, to: &dumped)
    return ["\(value)", String(reflecting: value), dumped]
  }

  /// Four letters of a password that are shown, if there are any.
  private static func leak(
    of password: String, in texts: [String], notIn others: [String: String]
  ) -> String? {
    let bytes = Array(password.utf8)
    guard bytes.count >= 4 else { return nil }
    for start in 0...(bytes.count - 4) {
      let window = Array(bytes[start..<start + 4])
      guard isLetter[Int(window[0])], isLetter[Int(window[1])], isLetter[Int(window[2])],
        isLetter[Int(window[3])]
      else { continue }
      guard let text = texts.first(where: { holds($0, window) }),
        !others.values.contains(where: { holds($0, window) })
      else { continue }
      return "\(String(decoding: window, as: UTF8.self)) of \(password) in \(text)"
    }
    return nil
  }

  private static let isLetter = (0..<256).map { byte in letters.utf8.contains { Int($0) == byte } }

  /// In C, and so by bytes, for these are millions of searches; no text has a zero character in it.
  private static func holds(_ text: String, _ part: [UInt8]) -> Bool {
    strstr(text, String(decoding: part, as: UTF8.self)) != nil
  }

  // MARK: Making strings

  private static let otherScalars = Array(others.unicodeScalars)
  private static let letterScalars = Array(letters.unicodeScalars)

  private static func text(_ random: inout FuzzGenerator) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0...random.below(12) {
      scalars.append(random.below(3) == 0 ? random.scalar() : random.pick(otherScalars + letterScalars))
    }
    return String(scalars)
  }

  /// Words of letters with syntax before, between and after them.
  private static func secret(_ random: inout FuzzGenerator) -> String {
    var scalars = String.UnicodeScalarView()
    for _ in 0...random.below(4) {
      for _ in 0..<random.below(3) { scalars.append(random.pick(otherScalars)) }
      for _ in 0..<random.below(9) { scalars.append(random.pick(letterScalars)) }
    }
    if random.below(3) == 0 { scalars.append(random.pick(otherScalars)) }
    return String(scalars)
  }

  private static func url(_ parameters: [String: String]) -> String {
    let encoded = parameters.mapValues(percentEncoded)
    return "postgresql://\(encoded["user"] ?? ""):\(encoded["password"] ?? "")@/\(encoded["dbname"] ?? "")"
      + "?host=\(encoded["host"] ?? "")&port=\(encoded["port"] ?? "")"
      + "&application_name=\(encoded["application_name"] ?? "")"
  }

  private static func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      let digits = String(byte, radix: 16, uppercase: byte % 2 == 0)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }

  private static func pairs(_ parameters: [String: String], _ random: inout FuzzGenerator) -> String {
    parameters.map { name, value in
      let escaped = value.replacing(scalars: ["\\": "\\\\", "'": "\\'"])
      return "\(name)\(random.pick(["=", " = "]))'\(escaped)'"
    }.joined(separator: random.pick([" ", "\t", "\n "]))
  }

  private static func mutate(_ string: inout String, _ random: inout FuzzGenerator) {
    var scalars = Array(string.unicodeScalars)
    let place = random.below(scalars.count + 1)
    switch random.below(4) {
    case 0 where place < scalars.count: scalars.remove(at: place)
    case 1 where place < scalars.count: scalars[place] = random.pick(otherScalars)
    case 2 where place < scalars.count:
      let end = min(scalars.count, place + 1 + random.below(8))
      scalars.insert(contentsOf: scalars[place..<end], at: random.below(scalars.count))
    default: scalars.insert(random.below(2) == 0 ? random.scalar() : random.pick(otherScalars), at: place)
    }
    string = String(String.UnicodeScalarView(scalars))
  }
}
