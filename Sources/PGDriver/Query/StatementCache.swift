import PGSystem

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

/// What the failure of a prepared statement says about the statement itself.
enum StatementFailure {
  /// The statement is good, or its text never was.
  case ofThisExecution
  /// The server doesn't know it any more, and perhaps no other either: they were discarded, or a pooler
  /// changed the server.
  case unknown
  /// What the server found out when it parsed the text no longer holds.
  ///
  /// - Parameter hasDoneNothing: Whether the failure came before anything was run.
  case outdated(hasDoneNothing: Bool)

  /// Judges the failure of an execution.
  ///
  /// The types of parameters are found out when the text is parsed, and never renewed, though the server
  /// plans anew when a table has changed (src/backend/utils/cache/plancache.c).
  init(_ fields: ServerFields, of statement: PreparedStatement) {
    switch fields.sqlState.rawValue {
    case "26000" where fields.message.contains(statement.name): self = .unknown
    case _ where fields.saysPlanIsStale: self = .outdated(hasDoneNothing: true)
    // A type was dropped: its object identifier is that of none now.
    case "XX000" where fields.message.hasPrefix("cache lookup failed"): self = .outdated(hasDoneNothing: true)
    // A parameter isn't what the statement was parsed for. The server says "portal" of a value that it could
    // not read; a failure without that may come from a function that had done something.
    case "22P02", "22P03", "22007", "22008", "22003", "22021":
      self = .outdated(hasDoneNothing: fields.context?.contains("portal") == true)
    case "42804", "42883", "42P18", "42704", "08P01": self = .outdated(hasDoneNothing: false)
    default: self = .ofThisExecution
    }
  }
}

extension ServerFields {
  /// Whether the server says that a statement's cached plan can't be used any more.
  ///
  /// "cached plan must not change result type" has an SQLSTATE that many errors have, but a function of its
  /// own in the server's source (src/backend/utils/cache/plancache.c).
  var saysPlanIsStale: Bool { sqlState == .featureNotSupported && function == "RevalidateCachedQuery" }

  /// Whether the failure is that of a prepared statement which the driver makes anew when it is next used.
  var saysStatementIsStale: Bool {
    saysPlanIsStale || (sqlState == .invalidSQLStatementName && message.contains(PreparedStatement.prefix))
  }
}

extension PostgresError {
  /// Says of a statement that the server doesn't know what can be done about it.
  static func unknownStatement(_ fields: ServerFields) -> PostgresError {
    PostgresError(
      .server,
      "\(fields.message): the session's prepared statements were discarded, or a pooler gave the connection "
        + "another server. The next try prepares it anew. Behind a pooler in transaction mode set "
        + "statementCacheSize to 0.",
      serverFields: fields)
  }
}

/// The text of a statement, compared byte for byte as the server does.
///
/// Swift holds strings for equal that Unicode holds for equivalent, such as the two spellings of "é".
struct SQLText: Hashable {
  let string: String

  static func == (a: SQLText, b: SQLText) -> Bool {
    // Where they lie in one piece, as strings of Swift's do, without a copy.
    let isSame = a.string.utf8.withContiguousStorageIfAvailable { a in
      b.string.utf8.withContiguousStorageIfAvailable { b in
        guard a.count == b.count, let first = a.baseAddress, let second = b.baseAddress else {
          return a.count == b.count
        }
        return first == second || memcmp(first, second, a.count) == 0
      }
    }
    return (isSame ?? nil) ?? a.string.utf8.elementsEqual(b.string.utf8)
  }

  func hash(into hasher: inout Hasher) {
    var copy = string
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
