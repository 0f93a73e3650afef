/// Regular expressions by which `swift test --filter` finds tests.
package enum TestFilter {
  /// A text of which each character stands for itself.
  ///
  /// - Parameter plain: Characters that may stand as they are.
  package static func escaped(_ text: String, but plain: String = "") -> String {
    text.reduce(into: "") { escaped, character in
      if ".\\+*?()[]{}|^$/ ".contains(character), !plain.contains(character) { escaped += "\\" }
      escaped.append(character)
    }
  }

  /// A test alone, whatever its arguments, as a word of a shell: without its parenthesis `find` would find
  /// `findMany` as well.
  ///
  /// - Parameter test: Such as `Module.Suite/find`.
  package static func word(just test: String) -> String {
    // Points and slashes stand for themselves well enough, and are easier to read.
    ShellWord(escaped(test, but: "./") + "\\(").description
  }
}
