/// The text of a statement, kept in the pieces that it was written in around its first two parameters.
///
/// The pieces of an interpolated string are constants of the program. A query that is run again and
/// again, with other values, is recognised by their addresses, and its text is put together only when it
/// has to be sent.
struct QueryText: Sendable {
  /// All of the text, unless there are pieces after it.
  private var first: String
  private var second = ""
  private var third = ""
  /// How many of the pieces' placeholders, `$1` after the first and `$2` after the second, are left
  /// out of them.
  private var placeholders = 0

  init(_ text: String) { first = text }

  /// The text up to its first parameter.
  var beginning: String { first }

  /// The whole text, put together anew.
  var string: String {
    switch placeholders {
    case 0: first
    case 1: "\(first)$1\(second)"
    default: "\(first)$1\(second)$2\(third)"
    }
  }

  /// Adds to the text's end.
  mutating func append(_ text: String) {
    switch placeholders {
    case 0: Self.append(text, to: &first)
    case 1: Self.append(text, to: &second)
    default: Self.append(text, to: &third)
    }
  }

  /// Adds the placeholder of a parameter, counted from 1.
  mutating func append(placeholder number: Int) {
    if number <= 2, number == placeholders + 1 {
      placeholders = number
    } else {
      if placeholders > 0 { self = QueryText(string) }
      first += "$\(number)"
    }
  }

  /// A constant becomes the piece itself, which allocates nothing.
  private static func append(_ text: String, to piece: inout String) {
    if piece.isEmpty { piece = text } else { piece += text }
  }
}

extension QueryText: Equatable {
  /// Whether both are written in the same pieces; the same text in other pieces is not equal.
  static func == (a: QueryText, b: QueryText) -> Bool {
    a.placeholders == b.placeholders && SQLText(string: a.first) == SQLText(string: b.first)
      && (a.placeholders < 1 || SQLText(string: a.second) == SQLText(string: b.second))
      && (a.placeholders < 2 || SQLText(string: a.third) == SQLText(string: b.third))
  }
}
