import PGServer
import PGSystem

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
