import CLibPQ
import PGSystem

/// The ends of transactions that a session's command tags tell of, whatever asked for them.
///
/// libpq tells only where a session stands after a command: not whether it is in the same
/// transaction as before.
struct TransactionEnds {
  enum End {
    case committed
    case rolledBack
    /// By PREPARE TRANSACTION.
    case prepared
  }

  /// Those since the outermost scope was entered; none are kept outside of one.
  private var ends: [End] = []
  /// How many scopes are open, one in another.
  private(set) var depth = 0
  /// A tag ROLLBACK came, which may be that of ROLLBACK TO SAVEPOINT.
  private var mayHaveRolledBack = false
  /// The server warned that there is a transaction in progress: BEGIN began none.
  private var isWarned = false

  /// How many there were in the outermost scope.
  var count: Int { ends.count }

  /// The first one after so many.
  func first(after count: Int) -> End? { ends.count > count ? ends[count] : nil }

  /// Notes that a scope was entered.
  mutating func enter() {
    if depth == 0 { ends = [] }
    depth += 1
  }

  /// Notes that it was left.
  mutating func leave() { depth -= 1 }

  /// Notes the tag of a command that has gone through.
  mutating func note(_ tag: CommandTag) {
    switch tag {
    case .commit: end(.committed)
    case .prepareTransaction: end(.prepared)
    case .rollback: mayHaveRolledBack = true
    case .begin:
      if mayHaveRolledBack, !isWarned { end(.rolledBack) }
      isWarned = false
    case .discard, .listen, .other: break
    }
  }

  /// Notes a warning of the server's.
  mutating func note(warning state: SQLState) {
    if state == .activeSQLTransaction { isWarned = true }
  }

  /// Notes where the session stands after an operation.
  ///
  /// - Parameter sql: The operation's text, if it is known: by ROLLBACK AND CHAIN another transaction is
  ///   begun at once.
  mutating func noteEnd(_ status: PostgresTransactionStatus, sql: String?) {
    let chains = sql?.firstRange(of: #/(?i)\bAND\s+CHAIN\b/#) != nil
    if status == .idle || chains { end(.rolledBack) }
    mayHaveRolledBack = false
  }

  /// Whether an operation's end has to be noted.
  var isOpen: Bool { mayHaveRolledBack }

  private mutating func end(_ end: End) {
    if depth > 0 { ends.append(end) }
    mayHaveRolledBack = false
  }
}

/// What a command's tag says of the session beyond the command.
enum CommandTag {
  case begin
  case commit
  case rollback
  case prepareTransaction
  /// The server has forgotten all prepared statements.
  case discard
  /// From now on notifications may come.
  case listen
  case other

  /// Reads the tag; those of most commands are told by their first two letters.
  init(of result: OpaquePointer) {
    self = .other
    guard let tag = PQcmdStatus(result), tag[0] != 0 else { return }
    switch (UInt8(bitPattern: tag[0]), UInt8(bitPattern: tag[1])) {
    case (UInt8(ascii: "B"), UInt8(ascii: "E")), (UInt8(ascii: "S"), UInt8(ascii: "T")): self = .begin
    case (UInt8(ascii: "C"), UInt8(ascii: "O")): if strcmp(tag, "COMMIT") == 0 { self = .commit }
    case (UInt8(ascii: "R"), UInt8(ascii: "O")): if strcmp(tag, "ROLLBACK") == 0 { self = .rollback }
    case (UInt8(ascii: "L"), UInt8(ascii: "I")): if strcmp(tag, "LISTEN") == 0 { self = .listen }
    case (UInt8(ascii: "P"), _): if strcmp(tag, "PREPARE TRANSACTION") == 0 { self = .prepareTransaction }
    case (UInt8(ascii: "D"), _):
      if strcmp(tag, "DEALLOCATE ALL") == 0 || strcmp(tag, "DISCARD ALL") == 0 { self = .discard }
    default: break
    }
  }
}
