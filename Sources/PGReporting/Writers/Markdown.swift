import PGMeasuring

/// Texts as GitHub-flavoured Markdown shows them: letter by letter.
package enum Markdown {
  /// A text in one line in which nothing is markup; pipes don't end a table's cell.
  package static func escaped(_ text: String) -> String {
    let characters = Array(Printable.line(text))
    var escaped = ""
    for (index, character) in characters.enumerated() {
      let isInWord =
        index > 0 && index + 1 < characters.count && isOfWord(characters[index - 1])
        && isOfWord(characters[index + 1])
      if isMarkup(character), !(character == "_" && isInWord) { escaped += "\\" }
      escaped.append(character)
    }
    return escaped
  }

  /// What may begin or end markup somewhere, with or without others; of underscores, those that aren't within
  /// a word.
  private static func isMarkup(_ character: Character) -> Bool { "\\`*_[]<|~#&$".contains(character) }

  private static func isOfWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
}
