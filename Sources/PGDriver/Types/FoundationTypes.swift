#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension Date: PostgresDecodable, PostgresEncodable {
  /// timestamp with time zone: a Date is a point in time.
  ///
  /// Where a statement wants a timestamp without time zone, it is refused, unless the session's TimeZone is
  /// UTC: the server would convert the value by it. Send `PostgresTimestampTZ(date)?.utc` if UTC is meant.
  public static var postgresType: PostgresType { .timestamptz }

  /// Takes timestamp with time zone, but for the infinities.
  ///
  /// A Date counts seconds in a Double: it is exact to the microsecond for about 140 years around 2001 and to
  /// some microseconds beyond; `PostgresTimestampTZ` always is.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Date {
    let timestamp = try PostgresTimestampTZ.decode(bytes, as: type)
    guard timestamp != .infinity && timestamp != .negativeInfinity else { throw .outOfRange }
    return Date(timestamp)
  }

  /// The nearest microsecond.
  ///
  /// - Throws: `encoding` if PostgreSQL's timestamps don't reach so far.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    guard let timestamp = PostgresTimestampTZ(self) else {
      throw PostgresError(
        .encoding,
        "The date lies beyond what a timestamp can hold. Send PostgresTimestampTZ.infinity if that is meant.")
    }
    timestamp.encode(into: &buffer)
  }

  /// Makes a date of a point in time; those infinite are the ends of what the microseconds can count.
  public init(_ timestamp: PostgresTimestampTZ) {
    let seconds = timestamp.microseconds / 1_000_000 - PostgresTimestampTZ.secondsTo2001
    self.init(
      timeIntervalSinceReferenceDate: Double(seconds) + Double(timestamp.microseconds % 1_000_000) / 1_000_000
    )
  }
}

extension PostgresTimestampTZ {
  /// From 2000-01-01, where PostgreSQL counts from, to 2001-01-01, where Foundation does.
  fileprivate static let secondsTo2001: Int64 = 366 * 86400

  /// Makes a point in time of a date, to the nearest microsecond; nil if it lies too far off.
  public init?(_ date: Date) {
    let microseconds =
      ((date.timeIntervalSinceReferenceDate + Double(Self.secondsTo2001)) * 1_000_000).rounded()
    guard let exact = Int64(exactly: microseconds) else { return nil }
    self.init(microseconds: exact)
  }
}

extension PostgresQuery {
  /// The places of parameters that are dates, or arrays of such.
  var placesOfDates: [Int] {
    parameters.indices.filter { index in
      let type: Any.Type = Swift.type(of: parameters[index])
      return type == Date.self || type == Date?.self || type == [Date].self || type == [Date?].self
        || type == [Date]?.self
    }
  }
}

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

extension UUID: PostgresDecodable, PostgresEncodable {
  /// uuid.
  public static var postgresType: PostgresType { .uuid }

  /// Takes uuid.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> UUID {
    guard type == .uuid else { throw .typeMismatch }
    try bytes.require(16, "uuid")
    return UUID(uuid: bytes.unsafeLoadUnaligned(as: uuid_t.self))
  }

  /// 16 bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) {
    withUnsafeBytes(of: uuid) { buffer.append(contentsOf: $0) }
  }
}

extension Data: PostgresDecodable, PostgresEncodable {
  /// bytea.
  public static var postgresType: PostgresType { .bytea }

  /// Takes bytea.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Data {
    guard type == .bytea else { throw .typeMismatch }
    return bytes.withUnsafeBytes { Data($0) }
  }

  /// Takes bytea.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> Data {
    Data(try [UInt8].decode(text: text, as: type))
  }

  /// The bytes.
  public func encode(into buffer: inout PostgresParameterBuffer) { buffer.append(contentsOf: self) }
}

extension URL: PostgresDecodable, PostgresEncodable {
  /// Unspecified, as of strings.
  public static var postgresType: PostgresType { .unspecified }

  /// Text.
  public static var postgresFormat: PostgresFormat { .text }

  /// text, as of strings.
  public static var postgresElementType: PostgresType { .text }

  /// Takes what a String takes, if it is a URL.
  public static func decode(_ bytes: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> URL {
    try url(String.decode(bytes, as: type))
  }

  /// Takes what a String takes, if it is a URL.
  public static func decode(text: RawSpan, as type: PostgresType) throws(PostgresDecodingFailure) -> URL {
    try url(String.decode(text: text, as: type))
  }

  /// None: a domain over text is taken as it is.
  public static func postgresBaseType(byteCount: Int) -> PostgresType? { nil }

  private static func url(_ text: String) throws(PostgresDecodingFailure) -> URL {
    guard let url = URL(string: text) else { throw .malformed("URL") }
    return url
  }

  /// The absolute text.
  public func encode(into buffer: inout PostgresParameterBuffer) throws(PostgresError) {
    try buffer.append(text: absoluteString)
  }
}

extension URL: TargetedEncodable {
  static func fits(_ target: EncodingTarget) -> Bool { String.fits(target) }
}
