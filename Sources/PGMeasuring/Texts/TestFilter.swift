/// Regular expressions by which `swift test --filter` finds tests.
package enum TestFilter {
  /// A text of which each character stands for itself.
  package static func escaped(_ text: some StringProtocol) -> String {
    text.reduce(into: "") { escaped, character in
      if ".\\+*?()[]{}|^$/ ".contains(character) { escaped += "\\" }
      escaped.append(character)
    }
  }

  /// A test alone, whatever its arguments, as a word of a shell: without its parenthesis `find` would find
  /// `findMany` as well.
  ///
  /// - Parameter test: Such as `Module.Suite/find`.
  package static func word(just test: String) -> String {
    // Points and slashes stand for themselves well enough, and are easier to read.
    let parts = test.split(omittingEmptySubsequences: false) { "./".contains($0) }
    var pattern = ""
    var place = test.startIndex
    for part in parts {
      pattern += escaped(part)
      place = part.endIndex
      if place < test.endIndex { pattern.append(test[place]) }
    }
    return "'\((pattern + "\\(").replacing("'", with: "'\\''"))'"
  }
}
