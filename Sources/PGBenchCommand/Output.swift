import PGDriver
import PGServer
import PGSystem

/// What a command prints: all of it, or the command fails.
enum Output {
  /// Writes a text to standard output as it is.
  ///
  /// - Throws: `Failure` if not all of it could be written, as on a full disk.
  static func write(_ text: String) throws(Failure) {
    if let failure = Console.standardOutput(text) { throw Failure(failure.description) }
  }

  /// Writes a line.
  static func line(_ text: String = "") throws(Failure) { try write("\(text)\n") }
}

/// Gives words a colour where a person reads them, and leaves them alone where a program does.
struct TerminalStyle: Sendable {
  /// A colour of the terminal's own palette, by its number in ECMA-48, "SGR".
  enum Colour: Int, Sendable {
    case red = 31
    case green = 32
    case yellow = 33
    case grey = 90
  }

  /// Whether a person reads it, at a terminal.
  let isTerminal: Bool

  /// The terminal's width; nil where there is none, or where it doesn't say.
  let columns: Int?

  /// Whether words are coloured.
  let isColoured: Bool

  /// How many characters a line should have at most: as many as a narrow terminal shows.
  let width: Int

  /// The style of what is printed: coloured on a terminal, unless NO_COLOR (https://no-color.org) or TERM
  /// speaks against it.
  static let standardOutput = TerminalStyle(
    isTerminal: isatty(STDOUT_FILENO) == 1, columns: TerminalWidth.of(STDOUT_FILENO),
    environment: CallersEnvironment.current())

  /// The same of what goes to standard error.
  static let standardError = TerminalStyle(
    isTerminal: isatty(STDERR_FILENO) == 1, columns: TerminalWidth.of(STDERR_FILENO),
    environment: CallersEnvironment.current())

  /// Decides by where the text goes and by what the person asked for; an empty NO_COLOR counts as unset.
  ///
  /// - Parameter columns: The width of the terminal; nil where there is none, or where it doesn't say.
  init(isTerminal: Bool, columns: Int?, environment: [String: String]) {
    self.isTerminal = isTerminal
    self.columns = columns
    width = min(max(columns ?? Self.greatestWidth, 60), Self.greatestWidth)
    isColoured = isTerminal && environment["NO_COLOR"] ?? "" == "" && environment["TERM"] != "dumb"
  }

  /// The text in a colour, or as it is.
  func paint(_ text: String, _ colour: Colour) -> String {
    isColoured ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Longer lines are hard to read.
  private static let greatestWidth = 110
}

/// Shows how far a long command has come, by the last line of its log.
///
/// On a terminal it is one line, which is rewritten; elsewhere a line now and then.
struct ProgressLine: Sendable {
  /// Where lines go, how wide they may be, and how often they come; nil where there is none to write to.
  private let isTerminal: Bool
  private let columns: Int
  private let pause: Duration
  private let write: (@Sendable (String) -> Void)?

  /// Shows nothing.
  static let none = ProgressLine(isTerminal: false, columns: 0, pause: .seconds(3600), write: nil)

  /// Shows lines on standard error.
  static let standardError = ProgressLine(
    isTerminal: TerminalStyle.standardError.isTerminal, columns: TerminalStyle.standardError.columns ?? 80
  ) { Console.standardError($0) }

  init(isTerminal: Bool, columns: Int, pause: Duration? = nil, write: (@Sendable (String) -> Void)?) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.pause = pause ?? (isTerminal ? .milliseconds(500) : .seconds(10))
    self.write = write
  }

  /// Looks at a log until the task is cancelled.
  func follow(_ log: String, named name: String) async {
    guard let write else { return }
    var last = ""
    while (try? await Task.sleep(for: pause)) != nil {
      guard let line = Self.last(of: LogTail.text(of: log)), line != last else { continue }
      last = line
      write(text("\(name): \(line)"))
    }
    if isTerminal, !last.isEmpty { write("\r\u{1B}[K") }
  }

  /// A line as it is written: on a terminal in the place of the one before, and no longer than fits.
  func text(_ line: String) -> String {
    guard isTerminal else { return line + "\n" }
    let room = max(20, columns - 1)
    return "\r\u{1B}[K" + (line.count > room ? line.prefix(room - 1) + "…" : line)
  }

  /// The last line of a text that says something, without what would steer a terminal.
  static func last(of text: String) -> String? {
    let lines = text.split(whereSeparator: \.isNewline)
    guard let line = lines.last(where: { $0.contains { !$0.isWhitespace } }) else { return nil }
    return String(
      String.UnicodeScalarView(line.unicodeScalars.filter { $0.properties.generalCategory != .control }))
  }
}
