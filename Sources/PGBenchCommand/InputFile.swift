import PGSystem

/// A message for the person at the terminal, which ends the command with 1.
struct Failure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Reads the files that a command is given.
enum InputFile {
  private static let advice =
    "Give a benchmark_report.json or gate_report.json, as runs leave them in .benchmarks, or a baseline."

  /// Reads a file, and makes something of its text.
  ///
  /// - Throws: `Failure` that names the file, says what is wrong with it, and what to give.
  static func read<Content>(_ path: String, _ make: (String) throws -> Content) throws(Failure) -> Content {
    let bytes: [UInt8]
    do {
      bytes = try BoundedFile.bytes(of: path)
    } catch {
      throw Failure("\(path) \(error). \(advice)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure("\(path) is no text in UTF-8. \(advice)")
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
