#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Decimal: PostgresDecodable, PostgresEncodable {
  /// numeric.
  public static var postgresType: PostgresType { .numeric }

  /// Takes numeric and the integers, if the number is a Decimal to the last digit.
  ///
  /// A Decimal has 38 digits, knows no infinity, and forgets zeros at the end; `PostgresNumeric` takes
  /// everything.
  public static func decode(
    _ bytes: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> Decimal {
    try exact(PostgresNumeric.decode(bytes, as: type))
  }

  /// Takes numeric and the integers, if the number is a Decimal to the last digit.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Decimal {
    try exact(PostgresNumeric.decode(text: text, as: type))
  }

  private static func exact(_ numeric: PostgresNumeric) throws(PostgresDecodingFailure) -> Decimal {
    guard let decimal = Decimal(exactly: numeric) else { throw .outOfRange }
    return decimal
  }

  /// The number.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard let numeric = PostgresNumeric(self) else {
      throw PostgresError(.encoding, "A Decimal can't be sent as numeric: \(self). Send a PostgresNumeric.")
    }
    numeric.encode(into: &buffer)
  }

  /// The number, if a Decimal can hold it to the last digit, or it is NaN.
  public init?(exactly numeric: PostgresNumeric) {
    if numeric.isNaN {
      self = .nan
      return
    }
    // A Decimal's exponent is from -128 to 127. Zeros at the end, of which a numeric may show thousands,
    // are left out.
    guard numeric.isFinite, numeric.digits.count <= 11, (-40...45).contains(numeric.weight) else {
      return nil
    }
    let places = max(0, (numeric.digits.count - 1 - numeric.weight) * 4)
    let short = PostgresNumeric(
      kind: numeric.kind, digits: numeric.digits, weight: numeric.weight, scale: min(numeric.scale, places))
    // What was rounded, or too large, is another number when it is read back.
    guard let decimal = Decimal(string: short.description), PostgresNumeric(decimal) == numeric else {
      return nil
    }
    self = decimal
  }
}

extension PostgresNumeric {
  /// Makes the same number; nil if PostgreSQL can't hold it.
  public init?(_ decimal: Decimal) {
    if decimal.isNaN {
      self = .nan
      return
    }
    self.init(decimal.description)
  }
}
