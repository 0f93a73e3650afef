/// A statement that the server has parsed under a name.
final class PreparedStatement {
  /// What all names of statements begin with.
  static let prefix = "pgdriver_"

  let name: String
  /// The name as C takes it, so that no use of the statement has to copy it.
  let nameForC: [CChar]
  let sql: SQLText
  /// The declared types of its parameters; another list is another statement.
  let types: [UInt32]
  /// When it was used last, in uses of the cache.
  fileprivate(set) var lastUse = 0

  init(name: String, sql: SQLText, types: [UInt32]) {
    self.name = name
    nameForC = Array(name.utf8CString)
    self.sql = sql
    self.types = types
  }
}

/// The statements that a connection has prepared, by text and parameter types: up to a number, the least
/// recently used going first.
struct StatementCache {
  /// How many statements are kept; 0 prepares none.
  let capacity: Int
  private var statements: [SQLText: [PreparedStatement]] = [:]
  /// The one used last: a loop over one query need not put its text together and hash it each time.
  private var latest: PreparedStatement?
  /// The text that it was asked for by.
  private var latestText = QueryText("")
  private var made = 0
  private var uses = 0
  /// A part of all names that is this connection's only.
  ///
  /// A pooler may let it meet other connections' statements on the server: it must never take one of them
  /// for its own.
  private let connection = String(UInt64.random(in: .min ... .max), radix: 36)
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = max(0, capacity)
  }

  /// The statement of a text, if it is prepared.
  mutating func statement(for text: QueryText, types: [UInt32]) -> PreparedStatement? {
    uses += 1
    if let latest, latestText == text, latest.types == types { return latest }
    let sql = SQLText(string: text.string)
    guard let known = statements[sql]?.first(where: { $0.types == types }) else { return nil }
    // The one that was the latest was in use until now.
    latest?.lastUse = uses
    (latest, latestText) = (known, text)
    known.lastUse = uses
    return known
  }

  /// A name for a statement that is about to be prepared.
  mutating func make(_ text: String, types: [UInt32]) -> PreparedStatement {
    made += 1
    return PreparedStatement(
      name: "\(PreparedStatement.prefix)\(connection)_\(made)", sql: SQLText(string: text), types: types)
  }

  /// Keeps a statement that the server has prepared; returns the one that has to make room for it.
  mutating func insert(_ statement: PreparedStatement) -> PreparedStatement? {
    uses += 1
    latest?.lastUse = uses
    statement.lastUse = uses
    var evicted: PreparedStatement?
    if count == capacity {
      // A scan of some hundreds, where a round trip is spent on preparing anyway.
      evicted = statements.values.joined().min { $0.lastUse < $1.lastUse }
      if let evicted { remove(evicted) }
    }
    statements[statement.sql, default: []].append(statement)
    count += 1
    (latest, latestText) = (statement, QueryText(statement.sql.string))
    return evicted
  }

  /// Forgets a statement; returns whether it was kept.
  @discardableResult
  mutating func remove(_ statement: PreparedStatement) -> Bool {
    guard var same = statements[statement.sql], same.contains(where: { $0 === statement }) else {
      return false
    }
    same.removeAll { $0 === statement }
    statements[statement.sql] = same.isEmpty ? nil : same
    count -= 1
    if latest === statement { latest = nil }
    return true
  }

  /// Whether a new statement takes another's place.
  var isFull: Bool { count >= capacity }

  /// Whether there is a free place beside so many more statements.
  func hasRoom(beside others: Int) -> Bool { count + others < capacity }

  /// Forgets everything, as after DISCARD ALL.
  mutating func removeAll() {
    statements = [:]
    latest = nil
    count = 0
  }
}
