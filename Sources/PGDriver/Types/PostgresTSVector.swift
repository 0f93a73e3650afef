/// A document for full text search: its lexemes, and where they stand in it.
///
/// PostgreSQL manual, section 8.11.1, "tsvector".
public struct PostgresTSVector: Sendable, Hashable, Codable {
  /// How much an occurrence counts.
  public enum Weight: UInt8, Sendable, Hashable, Codable {
    /// The least, which is not written.
    case d = 0
    /// More than d.
    case c
    /// More than c.
    case b
    /// The most.
    case a
  }

  /// An occurrence of a lexeme.
  public struct Position: Sendable, Hashable, Codable {
    /// Where it is, in words from 1 to 16383.
    public let index: Int
    /// How much it counts.
    public let weight: Weight

    /// Makes an occurrence; nil if the index isn't from 1 to 16383.
    public init?(_ index: Int, _ weight: Weight = .d) {
      guard (1...16383).contains(index) else { return nil }
      self.index = index
      self.weight = weight
    }
  }

  /// A normalised word.
  public struct Lexeme: Sendable, Hashable, Codable {
    /// The word.
    public let text: String
    /// Where it stands, ascending; none if that isn't kept.
    public let positions: [Position]

    /// Makes a lexeme; the positions are sorted.
    public init(_ text: String, _ positions: [Position] = []) {
      self.text = text
      self.positions = positions.sorted { $0.index < $1.index }
    }
  }

  /// The lexemes; the server keeps them shortest first, and then byte by byte.
  public let lexemes: [Lexeme]

  /// Makes a document of lexemes.
  public init(_ lexemes: [Lexeme]) {
    self.lexemes = lexemes
  }
}

extension PostgresTSVector: CustomStringConvertible {
  /// What the server writes (tsvectorout in src/backend/utils/adt/tsvector.c): 'cat':3 'fat':2A,4.
  public var description: String {
    lexemes.map { lexeme in
      var text = "'"
      for scalar in lexeme.text.unicodeScalars {
        if scalar == "'" || scalar == "\\" { text.unicodeScalars.append(scalar) }
        text.unicodeScalars.append(scalar)
      }
      text += "'"
      for (number, position) in lexeme.positions.enumerated() {
        text += number == 0 ? ":" : ","
        text += "\(position.index)" + (position.weight == .d ? "" : "\(position.weight)".uppercased())
      }
      return text
    }.joined(separator: " ")
  }
}

extension PostgresTSVector: PostgresDecodable, PostgresEncodable {
  /// tsvector.
  @inlinable public static var postgresType: PostgresType { PostgresType(oid: 3614) }

  /// Takes tsvector: the number of lexemes, and of each its text, a zero byte, the number of its positions,
  /// and these, the weight in the two highest bits (tsvectorsend, ibidem).
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTSVector {
    guard type == postgresType else { throw .typeMismatch }
    try bytes.requireAtLeast(4, "tsvector")
    let count = Int(bytes.loadBigEndian(Int32.self))
    // A lexeme has the zero byte and a count at least.
    guard count >= 0, count <= (bytes.byteCount - 4) / 3 else { throw .malformed("tsvector") }
    var lexemes: [Lexeme] = []
    lexemes.reserveCapacity(count)
    var offset = 4
    for _ in 0..<count { lexemes.append(try lexeme(in: bytes, at: &offset)) }
    guard offset == bytes.byteCount else { throw .malformed("tsvector") }
    return PostgresTSVector(lexemes)
  }

  private static func lexeme(
    in bytes: RawSpan, at offset: inout Int
  ) throws(PostgresDecodingFailure) -> Lexeme {
    let start = offset
    while offset < bytes.byteCount, bytes.loadBigEndian(UInt8.self, at: offset) != 0 { offset += 1 }
    guard offset + 3 <= bytes.byteCount else { throw .malformed("tsvector") }
    let text = try String.decodeText(bytes.extracting(start..<offset))
    let count = Int(bytes.loadBigEndian(UInt16.self, at: offset + 1))
    offset += 3
    guard offset + 2 * count <= bytes.byteCount else { throw .malformed("tsvector") }
    var positions: [Position] = []
    positions.reserveCapacity(count)
    for _ in 0..<count {
      let packed = bytes.loadBigEndian(UInt16.self, at: offset)
      offset += 2
      guard let weight = Weight(rawValue: UInt8(packed >> 14)),
        let position = Position(Int(packed & 0x3fff), weight)
      else { throw .malformed("tsvector") }
      positions.append(position)
    }
    return Lexeme(text, positions)
  }

  /// The same.
  ///
  /// - Throws: `encoding` if a lexeme has a zero character or more than 65535 positions, of which the
  ///   server takes 255.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard let count = Int32(exactly: lexemes.count) else { throw PostgresParameterBuffer.tooLarge }
    buffer.append(count)
    for lexeme in lexemes {
      try buffer.append(text: lexeme.text)
      buffer.append(0 as UInt8)
      guard let count = UInt16(exactly: lexeme.positions.count) else {
        throw PostgresError(.encoding, "A lexeme of a tsvector has at most 255 positions. Leave some out.")
      }
      buffer.append(count)
      for position in lexeme.positions {
        buffer.append(UInt16(position.weight.rawValue) << 14 | UInt16(position.index))
      }
    }
  }
}
