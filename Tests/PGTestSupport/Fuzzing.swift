import PGSystem

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How long the fuzzers run, and on what inputs.
package enum Fuzzing {
  /// How many inputs each gets: PGBENCH_FUZZ, or some thousand.
  package static var inputs: Int {
    ProcessInfo.processInfo.environment["PGBENCH_FUZZ"].flatMap { Int($0) } ?? 5_000
  }

  /// What the inputs follow from: PGBENCH_FUZZ_SEED, or another one in each process.
  package static let seed: UInt64 =
    ProcessInfo.processInfo.environment["PGBENCH_FUZZ_SEED"].flatMap { UInt64($0) } ?? .random(in: 0 ... .max)

  /// For how many minutes a test of so many inputs may go on.
  package static var minutes: Int { inputs > 10_000 ? 120 : 5 }
}

/// Makes inputs: the same for the same seed.
package struct FuzzGenerator: RandomNumberGenerator {
  private var numbers: SeededGenerator

  /// Starts from a seed.
  package init(seed: UInt64) { numbers = SeededGenerator(seed: seed) }

  /// The next 64 bits.
  package mutating func next() -> UInt64 { numbers.next() }

  /// A number from 0 to below a limit.
  package mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

  /// One of some elements.
  package mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// Any scalar, from the ranges that texts are made of and from those that they aren't.
  package mutating func scalar() -> Unicode.Scalar {
    let ranges: [ClosedRange<UInt32>] = [
      0x20...0x7E, 0x01...0x1F, 0x80...0x7FF, 0x300...0x36F, 0x600...0x605, 0x900...0x97F, 0x1100...0x11FF,
      0x200B...0x200F, 0x202A...0x202E, 0x20D0...0x20FF, 0xD7F0...0xD7FF, 0xE000...0xE010, 0xFE00...0xFE0F,
      0xFFF0...0xFFFF, 0x1F1E6...0x1F1FF, 0x1F3FB...0x1F3FF, 0x1F600...0x1F64F, 0xE0100...0xE01EF,
      0x10FFF0...0x10FFFF, 0x800...0xD7FF,
    ]
    let range = pick(ranges)
    return Unicode.Scalar(range.lowerBound + UInt32(below(range.count))) ?? "x"
  }
}

extension FuzzGenerator {
  /// A valid text with some faults in it.
  ///
  /// Bytes are changed, left out, doubled and moved, numbers replaced by extreme ones, or its end is missing.
  package mutating func damaged(_ text: [UInt8]) -> [UInt8] {
    var bytes = text
    for _ in 0...below(4) {
      guard !bytes.isEmpty else { return bytes }
      let place = below(bytes.count)
      switch below(8) {
      case 0: bytes[place] = UInt8(below(256))
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(pick(Array("{}[]\",:\\-0e.tn".utf8)), at: place)
      case 3: bytes.removeLast(bytes.count - place)
      case 4:
        let part = bytes[place..<min(bytes.count, place + 1 + below(12))]
        bytes.insert(contentsOf: part, at: below(bytes.count))
      case 5:
        let end = min(bytes.count, place + 1 + below(12))
        bytes.removeSubrange(place..<end)
      default: replaceNumber(in: &bytes, near: place)
      }
    }
    return bytes
  }

  /// Arbitrary bytes, most of which JSON is made of.
  package mutating func bytes(atMost length: Int) -> [UInt8] {
    let json = Array(#"{}[]":,0123456789-+.eEtruefalsn\u "#.utf8)
    return (0..<below(length + 1)).map { _ in below(4) == 0 ? UInt8(below(256)) : pick(json) }
  }

  private mutating func replaceNumber(in bytes: inout [UInt8], near place: Int) {
    func isDigit(_ index: Int) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index]) }
    guard let start = bytes.indices[place...].first(where: isDigit) else { return }
    let end = bytes.indices[start...].first { !isDigit($0) } ?? bytes.count
    let extreme = pick([
      "0", "-1", "1", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e308", "1e400",
      "0.5",
      "4294967296", "\(next())", "null",
    ])
    bytes.replaceSubrange(start..<end, with: Array(extreme.utf8))
  }
}

/// Damages JSON: a byte here and there, or a value that is still JSON but a wrong one.
package struct JSONDamage {
  private let text: [UInt8]
  /// Where numbers, strings and words begin and end.
  private let tokens: [Range<Int>]

  /// Takes a text to damage.
  package init(_ text: String) {
    self.text = Array(text.utf8)
    tokens = Self.tokens(of: self.text)
  }

  /// The text with some faults, or bytes that have nothing to do with it.
  package func damaged(by random: inout FuzzGenerator) -> [UInt8] {
    if random.below(16) == 0 { return (0..<random.below(200)).map { _ in UInt8(random.below(256)) } }
    var bytes = text
    // From the end, so that the places before stay what they are.
    let places = (0..<random.below(4)).map { _ in random.below(tokens.count) }
    for place in Set(places).sorted(by: >) {
      bytes.replaceSubrange(tokens[place], with: value(in: Array(text[tokens[place]]), &random))
    }
    let faults = places.isEmpty ? 1 + random.below(3) : random.below(8) == 0 ? 1 : 0
    for _ in 0..<faults { disturb(&bytes, &random) }
    return bytes
  }

  private static let numbers = [
    "-9223372036854775808", "9223372036854775807", "9223372036854775808", "-1", "0", "1", "2147483648", "0.5",
    "-0.0",
    "1e308", "-1e308", "1e-320", "1e400", "1e18", "-1e18", "4294967296",
  ]
  private static let others = [
    "null", "true", "\"\"", "[]", "{}", "[[[[[[[[]]]]]]]]", "[{}]", "{\"a\":1}", "\"NaN\"",
  ]

  private func value(in token: [UInt8], _ random: inout FuzzGenerator) -> [UInt8] {
    let isString = token.first == UInt8(ascii: "\"")
    switch random.below(isString ? 4 : 8) {
    case 0: return Array(random.pick(Self.others).utf8)
    case 1: return Array(random.pick(Self.numbers).utf8)
    case 2 where isString: return quoted((0..<random.below(20)).map { _ in random.scalar() })
    // What another place of the text says.
    case 2, 3: return Array(text[random.pick(tokens)])
    default: return Array(random.pick(Self.numbers).utf8)
    }
  }

  private func quoted(_ scalars: [Unicode.Scalar]) -> [UInt8] {
    let written = scalars.map { scalar in
      scalar.value < 0x20 || scalar == "\"" || scalar == "\\"
        ? "\\u" + String(String(0x10000 + Int(scalar.value), radix: 16).dropFirst()) : String(scalar)
    }
    return Array("\"\(written.joined())\"".utf8)
  }

  private func disturb(_ bytes: inout [UInt8], _ random: inout FuzzGenerator) {
    guard !bytes.isEmpty else { return }
    let place = random.below(bytes.count)
    let end = min(bytes.count, place + 1 + random.below(40))
    switch random.below(8) {
    case 0: bytes[place] = UInt8(random.below(256))
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
    // A case, a variant, a comparison or the like that is there twice, or not at all.
    case 6:
      guard let element = Self.element(of: bytes, from: place) else { return }
      bytes.insert(contentsOf: [UInt8(ascii: ",")] + bytes[element], at: element.upperBound)
    case 7:
      guard let element = Self.element(of: bytes, from: place) else { return }
      bytes.removeSubrange(element)
    case 3: bytes.removeSubrange(place...)
    case 4:
      bytes.insert(contentsOf: Array(repeating: UInt8(ascii: "["), count: random.below(2000)), at: place)
    default: bytes[place] ^= 1 << UInt8(random.below(8))
    }
  }

  /// The first object or array from a place on, with all that is in it; nil if there is none that ends.
  private static func element(of bytes: [UInt8], from place: Int) -> Range<Int>? {
    guard let start = bytes[place...].firstIndex(where: { "[{".utf8.contains($0) }) else { return nil }
    var depth = 0
    var index = start
    var isInString = false
    while index < bytes.count {
      if isInString, bytes[index] == UInt8(ascii: "\\") {
        index += 1
      } else if bytes[index] == UInt8(ascii: "\"") {
        isInString.toggle()
      } else if !isInString, "[{".utf8.contains(bytes[index]) {
        depth += 1
      } else if !isInString, "]}".utf8.contains(bytes[index]) {
        depth -= 1
        if depth == 0 { return start..<(index + 1) }
      }
      index += 1
    }
    return nil
  }

  private static func tokens(of text: [UInt8]) -> [Range<Int>] {
    var tokens: [Range<Int>] = []
    var index = 0
    while index < text.count {
      let start = index
      if text[index] == UInt8(ascii: "\"") {
        index += 1
        while index < text.count, text[index] != UInt8(ascii: "\"") {
          index += text[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index += 1
        tokens.append(start..<min(index, text.count))
      } else if "+-.0123456789abcdefghijklmnopqrstuvwxyzE".utf8.contains(text[index]) {
        while index < text.count, "+-.0123456789abcdefghijklmnopqrstuvwxyzE".utf8.contains(text[index]) {
          index += 1
        }
        tokens.append(start..<index)
      } else {
        index += 1
      }
    }
    return tokens
  }
}
