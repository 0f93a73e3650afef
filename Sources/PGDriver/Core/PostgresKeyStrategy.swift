/// How the coding keys of a Decodable row are made of its columns' names.
public enum PostgresKeyStrategy: Sendable, Hashable {
  /// The names as they are.
  case columnNames
  /// `created_at` is `createdAt`; underscores at either end stay, as with Foundation's JSONDecoder.
  case convertFromSnakeCase

  /// The key of a column.
  func key(ofColumn name: String) -> String {
    guard self == .convertFromSnakeCase else { return name }
    let leading = name.prefix { $0 == "_" }
    let rest = name.dropFirst(leading.count)
    let trailing = rest.reversed().prefix { $0 == "_" }
    let words = rest.dropLast(trailing.count).split(separator: "_")
    guard words.count > 1 else { return name }
    // What comes first keeps its letters; a word after it keeps all but its first.
    let key = words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    return leading + key + String(repeating: "_", count: trailing.count)
  }
}
