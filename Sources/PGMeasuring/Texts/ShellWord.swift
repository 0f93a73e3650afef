/// A text as one word of a POSIX shell, for commands that a message advises.
package struct ShellWord: CustomStringConvertible {
  /// The text, in quotation marks if a shell would take it for something else.
  package let description: String

  /// Takes any text.
  package init(_ text: String) {
    let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { plain.contains($0) }
    description = isPlain ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
  }
}

private let plain = Set(
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,".unicodeScalars)
