extension PostgresNumeric: LosslessStringConvertible {
  /// What the server writes: all digits, without an exponent; NaN, Infinity or -Infinity.
  public var description: String {
    switch kind {
    case .notANumber: return "NaN"
    case .infinity: return "Infinity"
    case .negativeInfinity: return "-Infinity"
    case .positive, .negative: break
    }
    var text: [UInt8] = kind == .negative ? [UInt8(ascii: "-")] : []
    let sign = text.count
    for place in stride(from: max(weight, 0), through: 0, by: -1) { Self.write(digit(at: place), to: &text) }
    let zeros = text[sign...].dropLast().prefix { $0 == UInt8(ascii: "0") }.count
    text.removeSubrange(sign..<(sign + zeros))
    if scale > 0 {
      text.append(UInt8(ascii: "."))
      let end = text.count + scale
      var place = -1
      while text.count < end {
        Self.write(digit(at: place), to: &text)
        place -= 1
      }
      text.removeSubrange(end...)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Reads a decimal number such as -12.50 or 1e-7, NaN, or Infinity with or without a sign; nil if it is
  /// anything else.
  ///
  /// The places written are kept: "1.50" shows two. PostgreSQL has at most 131072 digits before the decimal
  /// point and 16383 after it; nil if there are more.
  public init?(_ description: String) {
    var text = description.utf8[...]
    var kind = Kind.positive
    if let sign = text.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      if sign == UInt8(ascii: "-") { kind = .negative }
      text.removeFirst()
    }
    switch Substring(text).lowercased() {
    case "nan" where text.count == description.utf8.count:
      self = .nan
      return
    case "infinity", "inf":
      self = kind == .negative ? .negativeInfinity : .infinity
      return
    default: break
    }
    guard let (decimals, point) = Self.decimals(of: text) else { return nil }
    let scale = max(0, decimals.count - point)
    guard point <= 131072, scale <= 16383 else { return nil }
    // The digits are put in groups of four that begin at the decimal point.
    let weight = (point + 3).quotientFloored(by: 4) - 1
    var digits: [UInt16] = []
    let lead = (weight + 1) * 4 - point
    for start in stride(from: -lead, to: decimals.count, by: 4) {
      digits.append(
        (start..<start + 4).reduce(0) { digit, index in
          digit * 10 + (decimals.indices.contains(index) ? UInt16(decimals[index]) : 0)
        })
    }
    self.init(kind: kind, digits: digits, weight: weight, scale: scale)
  }

  /// The decimal digits of a number, and how many of them stand before the point, which may be less than 0.
  private static func decimals(of text: Substring.UTF8View) -> (digits: [UInt8], point: Int)? {
    let mantissa = text.prefix { $0 != UInt8(ascii: "e") && $0 != UInt8(ascii: "E") }
    var exponent = 0
    if mantissa.count < text.count {
      let written = Substring(text.dropFirst(mantissa.count + 1))
      guard let number = Int(written), abs(number) <= 1_000_000 else { return nil }
      exponent = number
    }
    let parts = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let digits = parts.joined().map { $0 &- UInt8(ascii: "0") }
    guard parts.count <= 2, !digits.isEmpty, digits.allSatisfy({ $0 <= 9 }) else { return nil }
    return (digits, parts[0].count + exponent)
  }

  /// The digit that counts a power of 10000.
  private func digit(at place: Int) -> UInt16 {
    let index = weight - place
    return digits.indices.contains(index) ? digits[index] : 0
  }

  private static func write(_ digit: UInt16, to text: inout [UInt8]) {
    for power: UInt16 in [1000, 100, 10, 1] {
      text.append(UInt8(ascii: "0") + UInt8(digit / power % 10))
    }
  }
}

extension Int {
  /// The quotient rounded down, where `/` rounds towards zero.
  func quotientFloored(by divisor: Int) -> Int {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
