import Foundation

/// The end of a log, however long that is, and whatever bytes it holds.
enum LogTail {
  static func text(of path: String, bytes: UInt64 = 4096) -> String {
    guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else { return "" }
    defer { try? file.close() }
    guard (try? file.seek(toOffset: end - min(end, bytes))) != nil else { return "" }
    return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
  }
}
