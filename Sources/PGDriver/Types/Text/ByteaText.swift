extension Array where Element: PostgresDecodable {
  /// Of `[UInt8]`, takes bytea in its hexadecimal or its escape format; of others, throws `textFormat`.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> [Element] {
    guard Element.self == UInt8.self else { throw .textFormat }
    guard type == .bytea else { throw .typeMismatch }
    guard let bytes = ByteaText.bytes(text.copy()) as? [Element] else { throw .malformed("bytea") }
    return bytes
  }
}

/// The two text formats of bytea.
///
/// PostgreSQL manual, section 8.4, "Binary Data Types".
enum ByteaText {
  /// The bytes that a text stands for; nil if it isn't in one of the formats.
  static func bytes(_ text: [UInt8]) -> [UInt8]? {
    text.starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "x")]) ? hexadecimal(text[2...]) : escaped(text)
  }

  private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
    guard digits.count % 2 == 0 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    var index = digits.startIndex
    while index < digits.endIndex {
      guard let high = digit(digits[index]), let low = digit(digits[index + 1]) else { return nil }
      bytes.append(high << 4 | low)
      index += 2
    }
    return bytes
  }

  private static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }

  /// A backslash is doubled, and bytes that don't print are a backslash and three octal digits.
  private static func escaped(_ text: [UInt8]) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      guard text[index] == UInt8(ascii: "\\") else {
        bytes.append(text[index])
        index += 1
        continue
      }
      if index + 1 < text.count, text[index + 1] == UInt8(ascii: "\\") {
        bytes.append(UInt8(ascii: "\\"))
        index += 2
        continue
      }
      let digits = text[(index + 1)...].prefix(3)
      guard digits.count == 3, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }),
        let byte = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
      else { return nil }
      bytes.append(byte)
      index += 4
    }
    return bytes
  }
}
