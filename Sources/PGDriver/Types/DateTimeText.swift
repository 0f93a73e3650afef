// What the server writes with DateStyle ISO and IntervalStyle postgres, read back:
// src/backend/utils/adt/datetime.c, EncodeDateOnly, EncodeTimeOnly, EncodeDateTime and EncodeInterval. No
// other style is taken: most are ambiguous.

extension TextScanner {
  /// Takes a year, a month and a day, without the era.
  fileprivate mutating func civilDate() -> CivilDate? {
    guard let year = number(digits: 4...7), year > 0, take("-"), let month = number(digits: 2...2), take("-"),
      let day = number(digits: 2...2)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// Takes hours, of any number of digits that is allowed, minutes, seconds and a fraction; in microseconds.
  fileprivate mutating func clock(hourDigits: ClosedRange<Int>) -> UInt64? {
    guard let hours = number(digits: hourDigits), take(":"), let minutes = number(digits: 2...2), take(":"),
      let seconds = number(digits: 2...2), minutes < 60, seconds < 60
    else { return nil }
    var fraction = 0
    if take(".") {
      guard let (value, digits) = countedNumber(digits: 1...6) else { return nil }
      fraction = (digits..<6).reduce(value) { value, _ in value * 10 }
    }
    // At most 10 digits of hours: 3.6e19 microseconds could be too many.
    let (whole, isTooLarge) = UInt64(hours * 3600 + minutes * 60 + seconds).multipliedReportingOverflow(
      by: 1_000_000)
    let (sum, isTooLargeToo) = whole.addingReportingOverflow(UInt64(fraction))
    return isTooLarge || isTooLargeToo ? nil : sum
  }

  fileprivate mutating func timeOfDay() -> PostgresTime? {
    guard let microseconds = clock(hourDigits: 2...2), microseconds <= 86_400_000_000 else { return nil }
    return PostgresTime(microseconds: Int64(microseconds))
  }

  /// Takes an offset from UTC: a sign, hours and, if they are there, minutes and seconds.
  fileprivate mutating func secondsEast() -> Int32? {
    let isNegative = take("-")
    guard isNegative || take("+"), let hours = number(digits: 2...2) else { return nil }
    var seconds = hours * 3600
    for unit in [60, 1] where take(":") {
      guard let part = number(digits: 2...2), part < 60 else { return nil }
      seconds += part * unit
    }
    return Int32(isNegative ? -seconds : seconds)
  }

  /// Takes a date, a time and, if there is to be one, an offset in seconds east of UTC.
  fileprivate mutating func dateTime(hasZone: Bool) -> (timestamp: PostgresTimestamp, secondsEast: Int32)? {
    guard var date = civilDate(), take(" "), let time = timeOfDay() else { return nil }
    var offset: Int32 = 0
    if hasZone {
      guard let zone = secondsEast() else { return nil }
      offset = zone
    }
    if take(" BC") { date.year = 1 - date.year }
    guard isAtEnd, let day = PostgresDate(year: date.year, month: date.month, day: date.day),
      let timestamp = PostgresTimestamp(day, time)
    else { return nil }
    return (timestamp, offset)
  }
}

extension PostgresDate: LosslessStringConvertible {
  /// Reads what `description` writes; nil if it is anything else, or there is no such day.
  public init?(_ description: String) {
    switch description {
    case "infinity": self = .infinity
    case "-infinity": self = .negativeInfinity
    default:
      var scanner = TextScanner(description)
      guard var date = scanner.civilDate() else { return nil }
      if scanner.take(" BC") { date.year = 1 - date.year }
      guard scanner.isAtEnd else { return nil }
      self.init(year: date.year, month: date.month, day: date.day)
    }
  }

  /// Takes date, with DateStyle ISO.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresDate {
    try text.parse("date", if: type == .date)
  }
}

extension PostgresTime: LosslessStringConvertible {
  /// Reads hours, minutes, seconds and a fraction; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    guard let time = scanner.timeOfDay(), scanner.isAtEnd else { return nil }
    self = time
  }

  /// Takes time without time zone.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTime {
    try text.parse("time", if: type == .time)
  }
}

extension PostgresTimeTZ: LosslessStringConvertible {
  /// Reads a time of day and its offset; nil if it is anything else.
  public init?(_ description: String) {
    var scanner = TextScanner(description)
    guard let time = scanner.timeOfDay(), let offset = scanner.secondsEast(), scanner.isAtEnd else {
      return nil
    }
    self.init(time, secondsEast: offset)
  }

  /// Takes time with time zone.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTimeTZ {
    try text.parse("time with time zone", if: type == .timetz)
  }
}

extension PostgresTimestamp: LosslessStringConvertible {
  /// Reads what `description` writes; nil if it is anything else, or there is no such day.
  public init?(_ description: String) {
    switch description {
    case "infinity": self = .infinity
    case "-infinity": self = .negativeInfinity
    default:
      var scanner = TextScanner(description)
      guard let (timestamp, _) = scanner.dateTime(hasZone: false) else { return nil }
      self = timestamp
    }
  }

  /// Takes timestamp without time zone, with DateStyle ISO.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTimestamp {
    try text.parse("timestamp", if: type == .timestamp)
  }
}

extension PostgresTimestampTZ: LosslessStringConvertible {
  /// Reads a date, a time and its offset from UTC, such as 2000-01-31 04:05:06.789+05:30; nil if it is
  /// anything else.
  public init?(_ description: String) {
    switch description {
    case "infinity": self = .infinity
    case "-infinity": self = .negativeInfinity
    default:
      var scanner = TextScanner(description)
      guard let (timestamp, offset) = scanner.dateTime(hasZone: true) else { return nil }
      let (utc, isTooLarge) = timestamp.microseconds.subtractingReportingOverflow(Int64(offset) * 1_000_000)
      guard !isTooLarge else { return nil }
      self.init(microseconds: utc)
    }
  }

  /// Takes timestamp with time zone, with DateStyle ISO, whatever the TimeZone.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresTimestampTZ {
    try text.parse("timestamp with time zone", if: type == .timestamptz)
  }
}

extension PostgresInterval: LosslessStringConvertible {
  /// Reads what `description` writes; nil if it is anything else, or too long a span.
  public init?(_ description: String) {
    if description == "infinity" || description == "-infinity" {
      self = description == "infinity" ? .infinity : .negativeInfinity
      return
    }
    var scanner = TextScanner(description)
    var (months, days) = (0, 0)
    var microseconds: Int64 = 0
    repeat {
      let isNegative = scanner.take("-")
      if !isNegative { _ = scanner.take("+") }
      let beforeNumber = scanner
      if let magnitude = scanner.clock(hourDigits: 2...10) {
        guard scanner.isAtEnd, let exact = Int64(exactly: isNegative ? -Int128(magnitude) : Int128(magnitude))
        else { return nil }
        microseconds = exact
        break
      }
      scanner = beforeNumber
      guard let number = scanner.number(digits: 1...10), scanner.take(" "), let unit = scanner.word() else {
        return nil
      }
      let part = isNegative ? -number : number
      switch unit {
      case "year", "years": months += part * 12
      case "mon", "mons": months += part
      case "day", "days": days += part
      default: return nil
      }
    } while scanner.take(" ")
    guard scanner.isAtEnd, let months = Int32(exactly: months), let days = Int32(exactly: days) else {
      return nil
    }
    self.init(months: months, days: days, microseconds: microseconds)
  }

  /// Takes interval, with IntervalStyle postgres.
  public static func decode(
    text: RawSpan, as type: PostgresType
  ) throws(PostgresDecodingFailure) -> PostgresInterval {
    try text.parse("interval", if: type == .interval)
  }
}

/// How DateStyle ISO writes times of day.
enum ClockText {
  /// Hours, minutes, seconds and, if there is one, the fraction without trailing zeros.
  static func text(microseconds: some BinaryInteger) -> String {
    let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let hours = (seconds / 3600).padded(to: 2)
    let minutes = (seconds / 60 % 60).padded(to: 2)
    return "\(hours):\(minutes):\((seconds % 60).padded(to: 2))\(text(fraction: fraction))"
  }

  private static func text(fraction: some BinaryInteger) -> String {
    guard fraction != 0 else { return "" }
    var digits = fraction.padded(to: 6)
    while digits.last == "0" { digits.removeLast() }
    return "." + digits
  }

  /// An offset from UTC: sign and hours, and minutes and seconds as far as they are needed.
  static func text(secondsEast offset: Int32) -> String {
    let seconds = offset.magnitude
    var text = (offset < 0 ? "-" : "+") + (seconds / 3600).padded(to: 2)
    if seconds % 3600 != 0 { text += ":" + (seconds / 60 % 60).padded(to: 2) }
    if seconds % 60 != 0 { text += ":" + (seconds % 60).padded(to: 2) }
    return text
  }
}

extension BinaryInteger {
  /// The decimal digits of a number that isn't negative, with zeros before them.
  func padded(to width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
