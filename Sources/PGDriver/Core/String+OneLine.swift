extension String {
  /// The text with each line end, and the indentation after it, made one space.
  ///
  /// libpq's messages end in a line end, and some have indented lines of explanation.
  var onOneLine: String {
    split(whereSeparator: \.isNewline).map { $0.drop(while: \.isWhitespace) }.joined(separator: " ")
  }
}
