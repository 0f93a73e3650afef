/// How DateStyle ISO writes times of day.
enum ClockText {
  /// Hours, minutes, seconds and, if there is one, the fraction without trailing zeros.
  static func text(microseconds: some BinaryInteger) -> String {
    let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    let hours = (seconds / 3600).padded(to: 2)
    return
      "\(hours):\((seconds / 60 % 60).padded(to: 2)):\((seconds % 60).padded(to: 2))\(text(fraction: fraction))"
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
