extension String {
  /// The text with each line end, and the indentation after it, made one space.
  ///
  /// libpq's messages end in a line end, and some have indented lines of explanation. By scalars: what a
  /// server says may begin with a combining mark, which Swift would take together with the line end.
  var onOneLine: String {
    var text = String.UnicodeScalarView()
    var isAtStart = true
    for scalar in unicodeScalars {
      if Self.lineEnds.contains(scalar.value) {
        isAtStart = true
      } else if !isAtStart {
        text.append(scalar)
      } else if !scalar.properties.isWhitespace {
        if !text.isEmpty { text.append(" ") }
        text.append(scalar)
        isAtStart = false
      }
    }
    return String(text)
  }

  /// Line feed, vertical tab, form feed, carriage return, next line, line and paragraph separator.
  private static let lineEnds: Set<UInt32> = [0xA, 0xB, 0xC, 0xD, 0x85, 0x2028, 0x2029]
}
