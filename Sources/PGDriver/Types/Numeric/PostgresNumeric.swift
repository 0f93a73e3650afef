/// A number of type numeric, exact to the last digit, or NaN or an infinity.
///
/// PostgreSQL manual, section 8.1.2, "Arbitrary Precision Numbers". Kept as on the wire: digits to the base
/// 10000, and how many decimal places are shown (numeric_send in src/backend/utils/adt/numeric.c).
public struct PostgresNumeric: Sendable {
  /// What kind of number it is.
  enum Kind: UInt16, Sendable {
    case positive = 0x0000
    case negative = 0x4000
    case notANumber = 0xc000
    case infinity = 0xd000
    case negativeInfinity = 0xf000

    var isFinite: Bool { self == .positive || self == .negative }
  }

  let kind: Kind
  /// The digits to the base 10000, the highest first, without zeros at either end.
  let digits: [UInt16]
  /// The power of 10000 that the first digit counts.
  let weight: Int

  /// How many decimal places are shown; at least as many as there are.
  public let scale: Int

  /// Makes a number of digits, any zeros at whose ends are taken away.
  init(kind: Kind, digits: [UInt16], weight: Int, scale: Int) {
    let leading = digits.prefix { $0 == 0 }.count
    let trailing = digits.dropFirst(leading).reversed().prefix { $0 == 0 }.count
    self.digits =
      leading + trailing == 0 ? digits : Array(digits[leading..<(digits.count - trailing)])
    let isZero = self.digits.isEmpty
    self.weight = isZero ? 0 : weight - leading
    self.kind = isZero && kind == .negative ? .positive : kind
    self.scale = scale
  }

  private init(_ kind: Kind) {
    self.init(kind: kind, digits: [], weight: 0, scale: 0)
  }

  /// Not a number; equal to itself and greater than all others, as in PostgreSQL.
  public static let nan = PostgresNumeric(.notANumber)
  /// Greater than all numbers; since PostgreSQL 14.
  public static let infinity = PostgresNumeric(.infinity)
  /// Less than all numbers; since PostgreSQL 14.
  public static let negativeInfinity = PostgresNumeric(.negativeInfinity)

  /// Makes an integer.
  public init(_ integer: some BinaryInteger) {
    var digits: [UInt16] = []
    var rest = integer.magnitude
    while rest != 0 {
      let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10000)
      digits.append(UInt16(remainder))
      rest = quotient
    }
    self.init(
      kind: integer < 0 ? .negative : .positive, digits: digits.reversed(), weight: digits.count - 1, scale: 0
    )
  }

  /// Whether it is neither NaN nor an infinity.
  public var isFinite: Bool { kind.isFinite }
  /// Whether it is NaN.
  public var isNaN: Bool { kind == .notANumber }
}

extension PostgresNumeric: ExpressibleByIntegerLiteral {
  /// Makes an integer.
  public init(integerLiteral value: Int) {
    self.init(value)
  }
}

extension PostgresNumeric: Comparable, Hashable {
  /// Whether the numbers are equal; the places shown don't matter, so 1.0 equals 1.00.
  public static func == (a: PostgresNumeric, b: PostgresNumeric) -> Bool {
    a.kind == b.kind && a.weight == b.weight && a.digits == b.digits
  }

  /// Whether it is less, in PostgreSQL's order, where NaN comes last.
  public static func < (a: PostgresNumeric, b: PostgresNumeric) -> Bool {
    guard a.kind == b.kind else { return a.rank < b.rank }
    return switch a.kind {
    case .positive: magnitudeIsLess(a, b)
    case .negative: magnitudeIsLess(b, a)
    default: false
    }
  }

  /// Hashes what `==` compares.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    hasher.combine(weight)
    hasher.combine(digits)
  }

  private static func magnitudeIsLess(_ a: PostgresNumeric, _ b: PostgresNumeric) -> Bool {
    guard !a.digits.isEmpty && !b.digits.isEmpty else { return a.digits.count < b.digits.count }
    return a.weight == b.weight ? a.digits.lexicographicallyPrecedes(b.digits) : a.weight < b.weight
  }

  private var rank: Int {
    switch kind {
    case .negativeInfinity: 0
    case .negative: 1
    case .positive: 2
    case .infinity: 3
    case .notANumber: 4
    }
  }
}

extension PostgresNumeric: Codable {
  /// Encodes the description.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// Decodes a description.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = PostgresNumeric(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "Not a numeric: \(text)")
    }
    self = value
  }
}

extension Double {
  /// The nearest number of double precision; NaN and the infinities stay what they are.
  public init(_ numeric: PostgresNumeric) {
    self = Double(numeric.description) ?? .nan
  }
}

extension FixedWidthInteger {
  /// The number, if it is an integer that fits.
  public init?(exactly numeric: PostgresNumeric) {
    guard numeric.isFinite, numeric.digits.count <= numeric.weight + 1 || numeric.digits.isEmpty else {
      return nil
    }
    let whole = numeric.description.prefix { $0 != "." }
    self.init(whole)
  }
}
