import Foundation

/// A message for the person at the terminal, which ends the command with 1.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Reads the files that a command is given.
enum InputFile {
  /// Reads a file, and makes something of its text.
  ///
  /// - Throws: `Failure` that names the file, says what is wrong with it, and what to give.
  static func read<Content>(_ path: String, _ make: (String) throws -> Content) throws(Failure) -> Content {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw Failure("\(path) can't be read. Give a benchmark_report.json, as a run leaves it in .benchmarks.")
    }
    do {
      return try make(text)
    } catch let DecodingError.dataCorrupted(context) where context.codingPath.isEmpty {
      throw Failure("\(path): \(context.debugDescription)")
    } catch {
      throw Failure("\(path) is no report of PGBenchKit, or is damaged: \(error)")
    }
  }
}
