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
