import PGDriver

/// A fixture's script, taken apart as psql does: into statements, the data of COPY, and psql's own commands.
///
/// One after the other, since a statement may change how the next ones are read.
struct FixtureScript {
  /// A part of the script that is carried out at once.
  struct Piece: Hashable {
    enum Kind: Hashable {
      /// A statement; `INSERT`, `COPY` and so on, its first words in upper case.
      case statement(words: [String])
      /// A `COPY … FROM STDIN` and its data, which is nil where its end is missing.
      case copy(data: Range<Int>?)
      /// A command of psql's, without its backslash, and what comes after it.
      case command(name: String, argument: String)
    }

    let kind: Kind
    /// Where its text is, in bytes.
    let range: Range<Int>
    /// The line of its beginning, counted from 1.
    let line: Int
  }

  private var tokens: SQLTokens
  private var line = 1
  private var linesCountedTo = 0

  /// Whether backslashes quote in quotations from now on: `standard_conforming_strings` is off.
  var backslashesQuote: Bool {
    get { tokens.backslashesQuote }
    set { tokens.backslashesQuote = newValue }
  }

  /// The whole, in bytes, without a mark of its byte order.
  var text: [UInt8] { tokens.text }

  init(_ script: String) {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let text = Array(script.utf8)
    tokens = SQLTokens(text.starts(with: mark) ? Array(text.dropFirst(mark.count)) : text)
  }

  /// The text of a piece, or of another range.
  func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

  /// The line of a place that is not before one that was asked for earlier.
  private mutating func line(at position: Int) -> Int {
    line += text[linesCountedTo..<position].count { $0 == UInt8(ascii: "\n") }
    linesCountedTo = position
    return line
  }

  /// The next piece; nil at the end.
  mutating func next() -> Piece? {
    var statement = StatementReader()
    while let token = tokens.next() {
      switch token.kind {
      case .space, .lineEnd, .lineComment, .blockComment: continue
      case .symbol(UInt8(ascii: "\\")):
        // Also within a statement: SQL has no backslash outside of quotations.
        return command(from: token.range.lowerBound, statement)
      case .symbol(UInt8(ascii: ";")) where statement.isEmpty: continue
      case .word where statement.heedsWords:
        statement.read(word: string(token.range).uppercased(), token.range)
      default: statement.read(token)
      }
      guard statement.isOver else { continue }
      return piece(statement.range, isCopyIn: statement.isCopyFromStdin, words: statement.words)
    }
    guard !statement.isEmpty else { return nil }
    return piece(statement.range, isCopyIn: statement.isCopyFromStdin, words: statement.words)
  }

  private mutating func piece(_ range: Range<Int>, isCopyIn: Bool, words: [String]) -> Piece {
    let line = line(at: range.lowerBound)
    guard isCopyIn else { return Piece(kind: .statement(words: words), range: range, line: line) }
    return Piece(kind: .copy(data: copyData()), range: range, line: line)
  }

  /// The lines from the next one on to one of only `\.`, which belongs to no SQL.
  private mutating func copyData() -> Range<Int>? {
    let start = endOfLine(tokens.position)
    var position = start
    while position < text.count {
      let end = endOfLine(position)
      var content = text[position..<end]
      while content.last == 10 || content.last == 13 { content.removeLast() }
      if content.elementsEqual("\\.".utf8) {
        tokens.skip(to: end)
        return start..<position
      }
      position = end
    }
    tokens.skip(to: text.count)
    return nil
  }

  private func endOfLine(_ position: Int) -> Int {
    text[position...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count
  }

  private mutating func command(from start: Int, _ statement: StatementReader) -> Piece {
    let end = endOfLine(start)
    tokens.skip(to: end)
    let words = string(start + 1..<end).split { $0.isWhitespace }.map(String.init)
    return Piece(
      kind: .command(name: words.first ?? "", argument: words.dropFirst().joined(separator: " ")),
      range: start..<end, line: line(at: start))
  }
}

/// Finds the end of a statement: the first semicolon outside of parentheses and of the body of a function.
///
/// psql's rules: src/fe_utils/psqlscan.l.
private struct StatementReader {
  private(set) var words: [String] = []
  private(set) var isOver = false
  private(set) var isCopyFromStdin = false
  private var bounds: Range<Int>?
  private var parentheses = 0
  /// How many `BEGIN` and `CASE` of a function's body have no `END` yet.
  private var blocks = 0
  private var lastWord = ""

  var isEmpty: Bool { bounds == nil }
  var range: Range<Int> { bounds ?? 0..<0 }

  /// Whether further words matter: those of thousands of rows don't, and making strings of them
  /// would take long.
  var heedsWords: Bool { words.count < 8 || isFunction || words[0] == "COPY" }

  mutating func read(word: String, _ range: Range<Int>) {
    extend(range)
    if words.count < 8 { words.append(word) }
    if parentheses == 0 {
      if words[0] == "COPY", lastWord == "FROM", word == "STDIN" { isCopyFromStdin = true }
      if isFunction {
        if word == "BEGIN" || (word == "CASE" && blocks > 0) { blocks += 1 }
        if word == "END", blocks > 0 { blocks -= 1 }
      }
    }
    lastWord = word
  }

  mutating func read(_ token: SQLToken) {
    extend(token.range)
    lastWord = ""
    guard case .symbol(let symbol) = token.kind else { return }
    switch symbol {
    case UInt8(ascii: "("): parentheses += 1
    case UInt8(ascii: ")"): parentheses = max(0, parentheses - 1)
    case UInt8(ascii: ";"): isOver = parentheses == 0 && blocks == 0
    default: break
    }
  }

  private var isFunction: Bool {
    let kinds = ["FUNCTION", "PROCEDURE"]
    guard words.count > 1, words[0] == "CREATE" else { return false }
    return kinds.contains(words[1]) || (words.count > 3 && words[1] == "OR" && kinds.contains(words[3]))
  }

  private mutating func extend(_ range: Range<Int>) {
    bounds = (bounds?.lowerBound ?? range.lowerBound)..<range.upperBound
  }
}
