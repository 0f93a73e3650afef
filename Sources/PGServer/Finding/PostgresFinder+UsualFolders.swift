import PGSystem

extension PostgresFinder {
  /// Where packages put the server's programs; `*` stands for a version.
  static let usualPatterns = [
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/bin",
    "/usr/libexec/postgresql*",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/opt/homebrew/opt/postgresql/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/pgsql/bin",
  ]

  /// The folders that the patterns stand for on this machine, of each pattern the highest version first.
  var usualFolders: [String] { Self.usualPatterns.flatMap(folders(matching:)) }

  private func folders(matching pattern: String) -> [String] {
    guard let star = pattern.firstIndex(of: "*") else { return [pattern] }
    let head = pattern[..<star]
    let tail = pattern[pattern.index(after: star)...]
    guard let slash = head.lastIndex(of: "/") else { return [] }
    let prefix = head[head.index(after: slash)...]
    return files.names(String(head[..<slash]))
      .filter { $0.hasPrefix(prefix) }
      .compactMap { name in version(name.dropFirst(prefix.count)).map { (name, $0) } }
      .sorted { $1.1.lexicographicallyPrecedes($0.1) }
      .map { "\(head[...slash])\($0.0)\(tail)" }
  }

  /// `9.6` is [9, 6] and `17` is [17], so that 17 comes before 9.6; nil for what is no version.
  private func version(_ text: some StringProtocol) -> [Int]? {
    let parts = text.split(separator: ".").map { Int($0) }
    return parts.contains(nil) || parts.isEmpty ? nil : parts.compactMap(\.self)
  }
}
