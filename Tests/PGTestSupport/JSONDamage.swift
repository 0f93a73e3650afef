/// Damages JSON: a byte here and there, or a value that is still JSON but none that anybody meant.
public struct JSONDamage {
  private let text: [UInt8]
  /// Where numbers, strings and words begin and end.
  private let tokens: [Range<Int>]

  /// Takes a text to damage.
  public init(_ text: String) {
    self.text = Array(text.utf8)
    tokens = Self.tokens(of: self.text)
  }

  /// The text with some faults, or bytes that have nothing to do with it.
  public func damaged(by random: inout FuzzGenerator) -> [UInt8] {
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
    switch random.below(6) {
    case 0: bytes[place] = UInt8(random.below(256))
    case 1: bytes.removeSubrange(place..<end)
    case 2: bytes.insert(contentsOf: bytes[place..<end], at: random.below(bytes.count))
    case 3: bytes.removeSubrange(place...)
    case 4:
      bytes.insert(contentsOf: Array(repeating: UInt8(ascii: "["), count: random.below(2000)), at: place)
    default: bytes[place] ^= 1 << UInt8(random.below(8))
    }
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
