extension String {
  /// The text with some scalars replaced, whatever Characters they are parts of.
  ///
  /// For what other programs parse, which look at bytes. To Swift's Characters, a quotation mark before a
  /// combining mark is no quotation mark, and a carriage return before a line feed no carriage return.
  package func replacing(scalars replacements: [Unicode.Scalar: String]) -> String {
    var text = String.UnicodeScalarView()
    text.reserveCapacity(utf8.count)
    for scalar in unicodeScalars {
      if let replacement = replacements[scalar] {
        text.append(contentsOf: replacement.unicodeScalars)
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
