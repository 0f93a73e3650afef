#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The questions that finding PostgreSQL asks the file system, replaceable so that the answers can be fixed.
package struct FileProbe: Sendable {
  /// Whether the path is a file that may be executed.
  package var isExecutable: @Sendable (_ path: String) -> Bool
  /// The names in a folder, in any order; none where there is no such folder.
  package var names: @Sendable (_ folder: String) -> [String]
  /// The path with every symbolic link resolved; nil where nothing is there.
  package var resolved: @Sendable (_ path: String) -> String?
  /// The text of a small file; nil where it cannot be read.
  package var text: @Sendable (_ path: String) -> String?

  /// Makes a probe from the functions that answer the questions.
  package init(
    isExecutable: @escaping @Sendable (String) -> Bool, names: @escaping @Sendable (String) -> [String],
    resolved: @escaping @Sendable (String) -> String?, text: @escaping @Sendable (String) -> String?
  ) {
    self.isExecutable = isExecutable
    self.names = names
    self.resolved = resolved
    self.text = text
  }
}

extension FileProbe {
  /// The machine's own file system.
  package static let machine = FileProbe(
    isExecutable: { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    },
    names: { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] },
    resolved: { path in
      guard let resolved = realpath(path, nil) else { return nil }
      defer { free(resolved) }
      return String(cString: resolved)
    },
    text: { try? String(contentsOfFile: $0, encoding: .utf8) })
}
