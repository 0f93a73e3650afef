import Foundation
import PGSystem
import Testing

/// All that a folder holds, to the last byte, with modes and times.
struct FolderState {
  private let entries: [String: [UInt8]]

  init(of folder: String) throws {
    var entries: [String: [UInt8]] = [:]
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    for name in names + ["."] {
      let path = "\(folder)/\(name)"
      var status = stat()
      try #require(lstat(path, &status) == 0)
      #if canImport(Darwin)
        let changed = status.st_mtimespec
      #else
        let changed = status.st_mtim
      #endif
      var entry = Array("mode \(status.st_mode), changed at \(changed.tv_sec).\(changed.tv_nsec)\n".utf8)
      if status.st_mode & S_IFMT == S_IFREG { entry += try Data(contentsOf: URL(filePath: path)) }
      entries[name] = entry
    }
    self.entries = entries
  }

  /// What another state has otherwise, by name.
  func differences(from other: FolderState) -> [String] {
    Set(entries.keys).union(other.entries.keys).filter { entries[$0] != other.entries[$0] }.sorted()
  }
}
