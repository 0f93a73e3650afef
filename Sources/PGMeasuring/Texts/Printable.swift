/// Texts that come from elsewhere, such as the names of tests, made fit for a line of a terminal or of a
/// file.
package enum Printable {
  /// A text in one line, without anything that would act on a terminal or turn the text around.
  ///
  /// Line breaks and tabs become spaces; other control characters, and those that change the direction of
  /// writing, are written as `\u{1B}`.
  package static func line(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { isBreak($0) || isHarmful($0) }) else { return text }
    var line = ""
    var isAfterReturn = false
    for scalar in text.unicodeScalars {
      // A line break of two characters is one.
      if scalar == "\n", isAfterReturn {
        isAfterReturn = false
        continue
      }
      isAfterReturn = scalar == "\r"
      if isBreak(scalar) {
        line += " "
      } else if isHarmful(scalar) {
        line += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        line.unicodeScalars.append(scalar)
      }
    }
    return line
  }

  /// The same for a text of several lines, whose line breaks stay.
  package static func lines(_ text: String) -> String {
    text.split(omittingEmptySubsequences: false) { $0.isNewline }.map { line(String($0)) }
      .joined(separator: "\n")
  }

  private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09...0x0D, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }

  /// Controls, the marks, embeddings and isolates of bidirectional text, and what no text may hold.
  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF,
      0xFFF9...0xFFFB, 0xE0000...0xE007F:
      true
    default: false
    }
  }
}
