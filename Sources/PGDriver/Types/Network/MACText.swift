/// How hardware addresses are written.
enum MACText {
  /// The lowest bytes of a number, each as two hexadecimal digits, with colons between.
  static func text(_ bits: UInt64, bytes count: Int) -> String {
    var text = ""
    for shift in stride(from: 8 * (count - 1), through: 0, by: -8) {
      let byte = UInt8(truncatingIfNeeded: bits >> UInt64(shift))
      if !text.isEmpty { text += ":" }
      if byte < 16 { text += "0" }
      text += String(byte, radix: 16)
    }
    return text
  }
}
