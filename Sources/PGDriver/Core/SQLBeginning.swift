/// What the beginning of a statement tells of it.
///
/// PostgreSQL manual, section 4.1, "Lexical Structure".
enum SQLBeginning {
  /// Whether it is a COPY.
  static func isCopy(_ sql: String) -> Bool { firstWord(of: sql) == "COPY" }

  /// Whether it changes nothing, unless by a function that it calls; so that it may be broken off.
  static func onlyReads(_ sql: String) -> Bool {
    switch firstWord(of: sql) {
    case "SELECT", "VALUES", "TABLE", "SHOW", "FETCH": true
    case "WITH": sql.firstRange(of: #/(?i)\b(INSERT|UPDATE|DELETE|MERGE)\b/#) == nil
    default: false
    }
  }

  /// The first word in upper case, after spaces, comments and parentheses; at most 8 letters of it.
  private static func firstWord(of sql: String) -> String {
    var rest = sql.utf8[...]
    while let first = rest.first {
      if isSpace(first) || first == UInt8(ascii: "(") || first == UInt8(ascii: ";") {
        rest = rest.dropFirst()
      } else if rest.starts(with: "--".utf8) {
        rest = rest.drop { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
      } else if rest.starts(with: "/*".utf8) {
        rest = afterComment(rest)
      } else {
        break
      }
    }
    let word = rest.prefix(8).prefix { isLetter($0) }
    // A longer word of letters, digits or characters beyond ASCII is another one.
    if let next = rest.dropFirst(word.count).first, isPartOfWord(next) { return "" }
    return String(decoding: word.map { $0 & 0xDF }, as: UTF8.self)
  }

  /// What follows a comment, in which others may be nested.
  private static func afterComment(_ text: Substring.UTF8View) -> Substring.UTF8View {
    var (rest, depth) = (text, 0)
    repeat {
      if rest.starts(with: "/*".utf8) {
        depth += 1
        rest = rest.dropFirst(2)
      } else if rest.starts(with: "*/".utf8) {
        depth -= 1
        rest = rest.dropFirst(2)
      } else {
        rest = rest.dropFirst()
      }
    } while depth > 0 && !rest.isEmpty
    return rest
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
  }

  private static func isPartOfWord(_ byte: UInt8) -> Bool {
    isLetter(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$") || byte >= 128
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
