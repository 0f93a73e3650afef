/// How many columns a terminal shows.
package enum TerminalWidth {
  /// The columns of the terminal that a stream is; nil where it is none, or where that doesn't say.
  package static func of(_ file: Int32) -> Int? {
    var size = winsize()
    guard ioctl(file, numericCast(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// The columns of the terminal that this process was started from; nil where there is none.
  ///
  /// `swift test` reads what its tests print and prints it itself, so that the output is no terminal;
  /// the input is.
  package static func ofThisProcess() -> Int? {
    of(STDOUT_FILENO) ?? of(STDERR_FILENO) ?? of(STDIN_FILENO)
  }
}
