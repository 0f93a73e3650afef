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
