/// A piece of a statement's text.
package struct SQLToken: Sendable, Hashable {
  /// What a piece is.
  package enum Kind: Sendable, Hashable {
    case space
    case lineEnd
    case lineComment
    case blockComment
    /// What is between quotation marks, a letter before them included.
    case quotation(backslashesQuote: Bool)
    /// A text in dollar quotes, and how many bytes these have.
    case dollarQuotation(delimiter: Int)
    /// A name in double quotation marks, or a part of one between marks that are doubled.
    case quotedName
    /// A name or a keyword.
    case word
    /// `$` and a number; too great a one for any parameter is that of none.
    case placeholder(Int)
    /// Any other byte.
    case symbol(UInt8)
  }

  package let kind: Kind
  /// Where it is, in bytes.
  package let range: Range<Int>
}

/// Reads a text token by token, by the rules of the server's scanner.
///
/// PostgreSQL manual, section 4.1, "Lexical Structure"; src/backend/parser/scan.l. By bytes, as
/// the server does.
package struct SQLTokens: Sendable {
  package let text: [UInt8]
  /// Whether a backslash in a quotation quotes what follows: `standard_conforming_strings` is off.
  package var backslashesQuote: Bool
  /// Where the next token begins.
  package private(set) var position = 0
  /// A quotation that ended just before, with nothing after it but spaces and comments to a line's end.
  ///
  /// It goes on with the next quotation mark after a line's end, by the rules that it began with.
  private var ended: (backslashesQuote: Bool, isLineOver: Bool)?

  package init(_ text: [UInt8], backslashesQuote: Bool = false) {
    self.text = text
    self.backslashesQuote = backslashesQuote
  }

  /// The next token; nil at the end.
  package mutating func next() -> SQLToken? {
    guard position < text.count else { return nil }
    let start = position
    let kind = readToken()
    return SQLToken(kind: kind, range: start..<position)
  }

  /// Goes on elsewhere: what is between was no SQL.
  package mutating func skip(to position: Int) {
    self.position = min(position, text.count)
    ended = nil
  }

  private mutating func readToken() -> SQLToken.Kind {
    switch text[position] {
    case UInt8(ascii: " "), 9, 11, 12:
      position += 1
      return .space
    case 10, 13:
      ended?.isLineOver = true
      position += 1
      return .lineEnd
    case UInt8(ascii: "-") where starts(with: "--"):
      while position < text.count, text[position] != 10, text[position] != 13 { position += 1 }
      return .lineComment
    case UInt8(ascii: "'"):
      let before = ended.flatMap { $0.isLineOver ? $0.backslashesQuote : nil }
      return readQuotation(backslashesQuote: before ?? backslashesQuote)
    case let byte:
      ended = nil
      switch byte {
      case UInt8(ascii: "/") where starts(with: "/*"): return readComment()
      case UInt8(ascii: "\""): return readQuotedName()
      case UInt8(ascii: "$"): return readDollar()
      case _ where Self.beginsName(byte): return readWord()
      default:
        position += 1
        return .symbol(byte)
      }
    }
  }

  /// A parameter, or a text in dollar quotes.
  private mutating func readDollar() -> SQLToken.Kind {
    if let (number, end) = Self.placeholder(in: text, at: position) {
      position = end
      return .placeholder(number)
    }
    guard let delimiter = dollarDelimiter else {
      position += 1
      return .symbol(UInt8(ascii: "$"))
    }
    position += delimiter.count
    while position < text.count, !text[position...].starts(with: delimiter) { position += 1 }
    position = min(position + delimiter.count, text.count)
    return .dollarQuotation(delimiter: delimiter.count)
  }

  /// `$$`, or `$tag$`, if it is what comes next.
  private var dollarDelimiter: [UInt8]? {
    var end = position + 1
    while end < text.count, text[end] != UInt8(ascii: "$") {
      guard end == position + 1 ? Self.beginsName(text[end]) : Self.isInName(text[end]) else { return nil }
      end += 1
    }
    return end < text.count ? Array(text[position...end]) : nil
  }

  /// A name or keyword; or the letter before a quotation.
  private mutating func readWord() -> SQLToken.Kind {
    if position + 1 < text.count, text[position + 1] == UInt8(ascii: "'") {
      switch text[position] | 0x20 {
      case UInt8(ascii: "e"):
        position += 1
        return readQuotation(backslashesQuote: true)
      case UInt8(ascii: "b"), UInt8(ascii: "x"):
        position += 1
        return readQuotation(backslashesQuote: false)
      // Of N'…' the rules are those of '…'.
      default: break
      }
    }
    while position < text.count, Self.isInName(text[position]) || text[position] == UInt8(ascii: "$") {
      position += 1
    }
    return .word
  }

  /// What is between quotation marks; two of them are one that is quoted.
  private mutating func readQuotation(backslashesQuote: Bool) -> SQLToken.Kind {
    position += 1
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "'"):
        position += 1
        guard position < text.count, text[position] == UInt8(ascii: "'") else {
          ended = (backslashesQuote, false)
          return .quotation(backslashesQuote: backslashesQuote)
        }
        position += 1
      case UInt8(ascii: "\\") where backslashesQuote: position = min(position + 2, text.count)
      default: position += 1
      }
    }
    return .quotation(backslashesQuote: backslashesQuote)
  }

  /// A name in double quotation marks: those that are doubled in it begin it anew, as far as this matters.
  private mutating func readQuotedName() -> SQLToken.Kind {
    position += 1
    while position < text.count, text[position] != UInt8(ascii: "\"") { position += 1 }
    position = min(position + 1, text.count)
    return .quotedName
  }

  /// A comment, in which others may be nested.
  private mutating func readComment() -> SQLToken.Kind {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        position += 2
      } else if starts(with: "*/") {
        depth -= 1
        position += 2
      } else {
        position += 1
      }
    } while depth > 0 && position < text.count
    return .blockComment
  }

  private func starts(with token: String) -> Bool { text[position...].starts(with: token.utf8) }

  /// The number of a placeholder, and where it ends, if it is what is at a place.
  static func placeholder(in text: [UInt8], at start: Int) -> (number: Int, end: Int)? {
    guard text[start] == UInt8(ascii: "$"), start + 1 < text.count, isDigit(text[start + 1]) else {
      return nil
    }
    var (number, end) = (0, start + 1)
    while end < text.count, isDigit(text[end]) {
      number = min(number * 10 + Int(text[end] - UInt8(ascii: "0")), Int(Int32.max))
      end += 1
    }
    return (number, end)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func beginsName(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 128
  }

  private static func isInName(_ byte: UInt8) -> Bool { beginsName(byte) || isDigit(byte) }
}
