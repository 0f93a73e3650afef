/// The placeholders `$1`, `$2`, … of a statement's text: those of parameters, and those that are only text
/// since they stand inside of quotations, names or comments.
struct SQLPlaceholders {
  /// Where a placeholder is only text.
  enum Hiding {
    case quotation
    case dollarQuotation
    case name
    case comment
  }

  /// Whether the statement uses a parameter, for each there is a value for.
  private(set) var isUsed: [Bool]
  /// Where placeholders are only text, by the parameters' numbers.
  private(set) var hidden: [Int: Hiding] = [:]
  /// The greatest number of a placeholder that is a parameter's; 0 if there is none.
  private(set) var greatest = 0
  /// How many parameters there are values for.
  private var count: Int { isUsed.count }

  /// Reads a text.
  init(in sql: String, parameters count: Int, backslashesQuote: Bool) {
    isUsed = Array(repeating: false, count: count)
    var tokens = SQLTokens(Array(sql.utf8), backslashesQuote: backslashesQuote)
    while let token = tokens.next() {
      switch token.kind {
      case .placeholder(let number):
        greatest = max(greatest, number)
        if number > 0, number <= count { isUsed[number - 1] = true }
      case .quotation(let backslashesQuote):
        hide(in: tokens.text, token.range, by: .quotation, backslashesQuote: backslashesQuote)
      case .dollarQuotation(let delimiter):
        hide(in: tokens.text, token.range.dropFirst(delimiter), by: .dollarQuotation)
      case .word, .quotedName: hide(in: tokens.text, token.range, by: .name)
      case .lineComment, .blockComment: hide(in: tokens.text, token.range, by: .comment)
      case .space, .lineEnd, .symbol: break
      }
    }
  }

  /// Notes the placeholders in what is only text.
  private mutating func hide(
    in text: [UInt8], _ range: Range<Int>, by hiding: Hiding, backslashesQuote: Bool = false
  ) {
    var position = range.lowerBound
    while position < range.upperBound {
      if backslashesQuote, text[position] == UInt8(ascii: "\\") {
        position += 2
      } else if let (number, end) = SQLTokens.placeholder(in: text, at: position), end <= range.upperBound {
        if number > 0, number <= count, hidden[number] == nil { hidden[number] = hiding }
        position = end
      } else {
        position += 1
      }
    }
  }
}

// MARK: - What the caller is told

extension SQLPlaceholders {
  /// Why the values can't be sent with the text: one of them would be used nowhere, of which the server says
  /// nothing once the parameter's type is declared.
  ///
  /// A number that is left out, but neither hidden nor beyond the greatest, is the caller's own choice.
  var problem: PostgresError? {
    for number in 1..<(count + 1) where !isUsed[number - 1] {
      if let hiding = hidden[number] { return Self.hidden(number, by: hiding) }
      if number > greatest { return Self.missing(number, of: count) }
    }
    return nil
  }

  private static func hidden(_ number: Int, by hiding: Hiding) -> PostgresError {
    let place =
      switch hiding {
      case .quotation:
        "inside of quotation marks, where $\(number) is only text. A value needs none; to make it part of a "
          + "text, use '…' || $\(number) || '…', and for an interval $\(number) * INTERVAL '1 day'."
      case .dollarQuotation:
        "inside of a text in dollar quotes, where $\(number) is only text. The body of DO takes no "
          + "parameters: use set_config before it and current_setting in it."
      case .name:
        "part of a name. A value can't be one: use \\(unescaped: PostgresQuery.quoted(identifier: …)), or "
          + "put a space before the value."
      case .comment: "inside of a comment, where it has no effect. Take it out of the query."
      }
    return PostgresError(.encoding, "The placeholder of parameter \(number) is \(place)")
  }

  private static func missing(_ number: Int, of count: Int) -> PostgresError {
    PostgresError(
      .encoding,
      "The query has \(count) \(count == 1 ? "parameter" : "parameters"), but there is no placeholder "
        + "$\(number) in its text. Give it one value for each placeholder.")
  }
}

extension ConnectionCore {
  /// Refuses a text that the server would take for another one, or that leaves values out.
  ///
  /// For a text that the connection hasn't prepared yet.
  func check(_ sql: String, parameters count: Int) throws(PostgresError) {
    try Self.refuseZeroCharacter(in: sql)
    guard count > 0 else { return }
    let backslashesQuote = serverParameter("standard_conforming_strings") == "off"
    let placeholders = SQLPlaceholders(in: sql, parameters: count, backslashesQuote: backslashesQuote)
    if let problem = placeholders.problem { throw problem }
  }
}

/// What the beginning of a statement tells of it.
///
/// PostgreSQL manual, section 4.1, "Lexical Structure".
enum SQLBeginning {
  /// Whether it is a COPY.
  static func isCopy(_ sql: String) -> Bool { firstWord(of: sql) == "COPY" }

  /// Whether it changes and locks nothing, unless by a function that it calls; so that it may be broken off.
  ///
  /// A FETCH moves a cursor, which is of no use any more when it is broken off.
  static func onlyReads(_ sql: String) -> Bool {
    switch firstWord(of: sql) {
    case "SELECT", "VALUES", "TABLE", "SHOW", "WITH": !namesChangeOrLock(sql)
    default: false
    }
  }

  /// Whether a `COPY … TO` changes nothing, unless by a function that it calls: the query in its parentheses
  /// may be one that changes rows and returns them.
  static func copyOutOnlyReads(_ sql: String) -> Bool { !namesChangeOrLock(sql) }

  /// Whether the words of a command that changes rows, makes a table of them or locks them are anywhere in the
  /// text, but for literals and comments.
  ///
  /// Where a backslash may quote the end of a literal, what is one isn't known: then they count too.
  private static func namesChangeOrLock(_ sql: String) -> Bool {
    var tokens = SQLTokens(Array(sql.utf8))
    let isAmbiguous = tokens.text.contains(UInt8(ascii: "\\"))
    var previous = ""
    while let token = tokens.next() {
      var text: String { String(decoding: tokens.text[token.range], as: UTF8.self).uppercased() }
      switch token.kind {
      case .word:
        let word = text
        if ["INSERT", "UPDATE", "DELETE", "MERGE", "INTO"].contains(word) { return true }
        if word == "SHARE", previous == "FOR" || previous == "KEY" { return true }
        previous = word
      case .quotation, .dollarQuotation, .lineComment, .blockComment:
        if isAmbiguous, text.firstRange(of: #/\b(INSERT|UPDATE|DELETE|MERGE|INTO|SHARE)\b/#) != nil {
          return true
        }
      case .symbol: previous = ""
      case .space, .lineEnd, .quotedName, .placeholder: continue
      }
    }
    return false
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
