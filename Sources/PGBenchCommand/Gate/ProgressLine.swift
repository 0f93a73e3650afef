import PGDriver
import PGSystem

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
