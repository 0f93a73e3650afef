/// The placeholders `$1`, `$2`, … of a statement's text: those of parameters, and those that are only text
/// since they stand inside of quotations, names or comments.
///
/// The rules are those of the server's scanner: PostgreSQL manual, section 4.1, "Lexical Structure";
/// src/backend/parser/scan.l.
struct SQLPlaceholders {
  /// Where a placeholder is only text.
  enum Hiding {
    case quotation
    case dollarQuotation
    case name
    case comment
  }

  /// How many parameters there are values for.
  private let count: Int
  /// Whether a backslash in a quotation quotes what follows: `standard_conforming_strings` is off.
  private let backslashesQuote: Bool
  private let text: [UInt8]
  private var position = 0
  /// A quotation that ended just before, with nothing after it but spaces and comments to a line's end.
  ///
  /// It goes on with the next quotation mark after a line's end, by the rules that it began with.
  private var ended: (backslashesQuote: Bool, isLineOver: Bool)?

  /// Whether the statement uses a parameter, for each there is a value for.
  private(set) var isUsed: [Bool]
  /// Where placeholders are only text, by the parameters' numbers.
  private(set) var hidden: [Int: Hiding] = [:]
  /// The greatest number of a placeholder that is a parameter's; 0 if there is none.
  private(set) var greatest = 0

  /// Reads a text.
  init(in sql: String, parameters count: Int, backslashesQuote: Bool) {
    self.count = count
    self.backslashesQuote = backslashesQuote
    text = Array(sql.utf8)
    isUsed = Array(repeating: false, count: count)
    while position < text.count { readToken() }
  }

  // MARK: - Tokens

  private mutating func readToken() {
    switch text[position] {
    case UInt8(ascii: " "), 9, 11, 12: position += 1
    case 10, 13:
      ended?.isLineOver = true
      position += 1
    case UInt8(ascii: "-") where starts(with: "--"): readLineComment()
    case UInt8(ascii: "'"):
      let before = ended.flatMap { $0.isLineOver ? $0.backslashesQuote : nil }
      readQuotation(backslashesQuote: before ?? backslashesQuote)
    case let byte:
      ended = nil
      switch byte {
      case UInt8(ascii: "/") where starts(with: "/*"): readComment()
      case UInt8(ascii: "\""): readQuotedName()
      case UInt8(ascii: "$"): readDollar()
      case _ where Self.beginsName(byte): readName()
      default: position += 1
      }
    }
  }

  /// A parameter, or a text in dollar quotes.
  private mutating func readDollar() {
    if let number = readPlaceholder() {
      greatest = max(greatest, number)
      if number > 0, number <= count { isUsed[number - 1] = true }
    } else if let delimiter = dollarDelimiter {
      position += delimiter.count
      while position < text.count, !text[position...].starts(with: delimiter) { readText(.dollarQuotation) }
      position = min(position + delimiter.count, text.count)
    } else {
      position += 1
    }
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
  private mutating func readName() {
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
      readText(.name)
    }
  }

  // MARK: - What isn't looked into

  /// What is between quotation marks; two of them are one that is quoted.
  private mutating func readQuotation(backslashesQuote: Bool) {
    position += 1
    while position < text.count {
      switch text[position] {
      case UInt8(ascii: "'"):
        position += 1
        guard position < text.count, text[position] == UInt8(ascii: "'") else {
          ended = (backslashesQuote, false)
          return
        }
        position += 1
      case UInt8(ascii: "\\") where backslashesQuote: position = min(position + 2, text.count)
      default: readText(.quotation)
      }
    }
  }

  /// A name in double quotation marks: those that are doubled in it begin it anew, as far as this matters.
  private mutating func readQuotedName() {
    position += 1
    while position < text.count, text[position] != UInt8(ascii: "\"") { readText(.name) }
    position = min(position + 1, text.count)
  }

  private mutating func readLineComment() {
    while position < text.count, text[position] != 10, text[position] != 13 { readText(.comment) }
  }

  /// A comment, in which others may be nested.
  private mutating func readComment() {
    var depth = 0
    repeat {
      if starts(with: "/*") {
        depth += 1
        position += 2
      } else if starts(with: "*/") {
        depth -= 1
        position += 2
      } else {
        readText(.comment)
      }
    } while depth > 0 && position < text.count
  }

  /// A character of what is only text, or a placeholder in it.
  private mutating func readText(_ hiding: Hiding) {
    guard let number = readPlaceholder() else {
      position += 1
      return
    }
    if number > 0, number <= count, hidden[number] == nil { hidden[number] = hiding }
  }

  /// The number of a placeholder, if it is what comes next; too great a one for any parameter is that of none.
  private mutating func readPlaceholder() -> Int? {
    guard text[position] == UInt8(ascii: "$"), position + 1 < text.count, Self.isDigit(text[position + 1])
    else { return nil }
    var number = 0
    position += 1
    while position < text.count, Self.isDigit(text[position]) {
      number = min(number * 10 + Int(text[position] - UInt8(ascii: "0")), Int(Int32.max))
      position += 1
    }
    return number
  }

  private func starts(with token: String) -> Bool { text[position...].starts(with: token.utf8) }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func beginsName(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 128
  }

  private static func isInName(_ byte: UInt8) -> Bool { beginsName(byte) || isDigit(byte) }
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
        "inside of a text in dollar quotes, where $\(number) is only text. The body of DO takes no parameters: "
          + "use set_config before it and current_setting in it."
      case .name:
        "part of a name. A value can't be one: use \\(unescaped: PostgresQuery.quoted(identifier: …)), or put "
          + "a space before the value."
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
