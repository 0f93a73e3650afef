/// A value of any type, as the bytes that its send function wrote; of a result in text format, its output
/// function.
///
/// For types that PGDriver has no Swift type for. As a parameter its type is inferred by the server, and the
/// bytes must be what that type's receive function takes; what came in text format goes back as a String.
public struct PostgresRawValue: Sendable, Hashable {
  /// The type that the server gave.
  public let type: PostgresType

  /// The format that the bytes are in.
  public let format: PostgresFormat

  /// The value in that format of the type.
  public let bytes: [UInt8]

  /// Makes a value of bytes in one of a type's formats.
  public init(type: PostgresType = .unspecified, format: PostgresFormat = .binary, bytes: [UInt8]) {
    self.type = type
    self.format = format
    self.bytes = bytes
  }

  /// The bytes as text, if they are UTF-8; whether that means anything depends on the type.
  public var text: String? { String(validating: bytes, as: UTF8.self) }
}

extension PostgresRawValue: PostgresDecodable, PostgresEncodable {
  /// Unspecified.
  @inlinable public static var postgresType: PostgresType { .unspecified }

  /// Takes every type.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresRawValue {
    PostgresRawValue(type: type, bytes: bytes.copy())
  }

  /// The bytes.
  ///
  /// - Throws: `encoding` if they are in text format.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard format == .binary else {
      throw PostgresError(
        .encoding,
        "A raw value that came in text format can't be sent in binary. Send its `text` as a String.")
    }
    buffer.append(contentsOf: bytes)
  }
}

/// A string of bits, of any length.
///
/// PostgreSQL manual, section 8.10, "Bit String Types".
public struct PostgresBits: Sendable, Hashable, Codable {
  /// How many bits there are.
  public let count: Int

  /// The bits, eight to a byte, the first being the highest; the last byte is filled up with zeros.
  public let bytes: [UInt8]

  /// Makes a string of bits.
  public init(_ bits: some Sequence<Bool>) {
    var bytes: [UInt8] = []
    var count = 0
    for bit in bits {
      if count % 8 == 0 { bytes.append(0) }
      if bit { bytes[count / 8] |= 0x80 >> UInt8(count % 8) }
      count += 1
    }
    self.bytes = bytes
    self.count = count
  }

  /// Whether a bit is set, counted from 0; no bit beyond the end is.
  public subscript(index: Int) -> Bool {
    (0..<count).contains(index) && bytes[index / 8] & 0x80 >> UInt8(index % 8) != 0
  }
}

extension PostgresBits: LosslessStringConvertible {
  /// What the server writes: a 0 or a 1 for each bit.
  public var description: String { String((0..<count).map { self[$0] ? "1" : "0" }) }

  /// Reads zeros and ones; nil if there is anything else.
  public init?(_ description: String) {
    guard description.utf8.allSatisfy({ $0 == UInt8(ascii: "0") || $0 == UInt8(ascii: "1") }) else {
      return nil
    }
    self.init(description.utf8.map { $0 == UInt8(ascii: "1") })
  }
}

extension PostgresBits: PostgresDecodable, PostgresEncodable {
  /// bit varying.
  @inlinable public static var postgresType: PostgresType { .varbit }

  /// Takes bit and bit varying: the number of bits, and the bytes (varbit_send in
  /// src/backend/utils/adt/varbit.c).
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresBits {
    guard type == .varbit || type == .bit else { throw .typeMismatch }
    try bytes.requireAtLeast(4, "bit string")
    let count = Int(bytes.loadBigEndian(Int32.self))
    guard count >= 0, bytes.byteCount == 4 + (count + 7) / 8 else { throw .malformed("bit string") }
    return PostgresBits(count: count, bytes: bytes.extracting(droppingFirst: 4).copy())
  }

  private init(count: Int, bytes: [UInt8]) {
    self.count = count
    self.bytes = bytes
  }

  /// The number of bits, and the bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard let count = Int32(exactly: count) else { throw PostgresParameterBuffer.tooLarge }
    buffer.append(count)
    buffer.append(contentsOf: bytes)
  }
}

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
