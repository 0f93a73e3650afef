/// A text as one word of a POSIX shell, for commands that a message advises.
struct ShellWord: CustomStringConvertible {
  /// The text, in quotation marks if a shell would take it for something else.
  let description: String

  init(_ text: String) {
    let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { plain.contains($0) }
    description = isPlain ? text : "'" + text.replacing("'", with: #"'\''"#) + "'"
  }
}

private let plain = Set(
  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:@%+,".unicodeScalars)
