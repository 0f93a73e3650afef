import CLibPQ
import PGSystem

/// How a transaction is begun, and what is done when the server gives it up.
///
/// PostgreSQL manual, "BEGIN" and section 13.2, "Transaction Isolation".
public struct TransactionOptions: Sendable, Hashable {
  /// How much a transaction sees of others.
  public enum IsolationLevel: String, Sendable, Hashable, CaseIterable {
    /// Each statement sees what was committed before it.
    case readCommitted = "READ COMMITTED"
    /// All statements see what was committed before the first.
    case repeatableRead = "REPEATABLE READ"
    /// As if transactions ran one after the other.
    case serializable = "SERIALIZABLE"
  }

  /// The isolation level; nil for the server's default.
  public var isolation: IsolationLevel?

  /// Whether the transaction can only read; nil for the server's default.
  public var isReadOnly: Bool?

  /// Whether a serializable, read-only transaction may wait at its begin, never to fail later.
  public var isDeferrable: Bool

  /// How many times the body is run again after a serialization failure or a deadlock.
  public var retries: Int

  /// Makes options; without any, the server's defaults apply and nothing is tried again.
  public init(
    isolation: IsolationLevel? = nil, isReadOnly: Bool? = nil, isDeferrable: Bool = false, retries: Int = 0
  ) {
    self.isolation = isolation
    self.isReadOnly = isReadOnly
    self.isDeferrable = isDeferrable
    self.retries = retries
  }
}

/// The statements that a transaction, or a savepoint in one, begins and ends with, and which of them its end
/// takes; no waiting in it.
struct TransactionFrame {
  let begin: String
  let commit: String
  let rollback: String
  /// Whether it is a transaction rather than a savepoint.
  let isOutermost: Bool
  /// How many transactions had ended in the outermost scope when this one had begun.
  private(set) var endedBefore = 0

  /// What is left to be done when the body has ended.
  enum Ending {
    /// Commit, or release the savepoint.
    case commit
    /// Undo what was done, and then throw an error; nil for the body's own.
    case rollback(PostgresError?)
    /// The server has ended it already: only throw an error; nil for the body's own.
    case none(PostgresError?)
  }

  /// Decides between a transaction and a savepoint.
  ///
  /// - Parameter depth: How many such frames are around it; each savepoint has a name of its own, for RELEASE
  ///   of one that is gone must fail rather than hit another.
  init(
    _ options: TransactionOptions, in status: PostgresTransactionStatus, depth: Int
  ) throws(PostgresError) {
    switch status {
    case .inTransaction:
      guard options == TransactionOptions() else {
        throw PostgresError(
          .misuse,
          "The connection is in a transaction already, so this one is a savepoint, which has no options of "
            + "its own."
        )
      }
      self.init(savepoint: "pgdriver_\(depth + 1)")
    case .inFailedTransaction:
      throw PostgresError(
        .misuse, "The transaction that the connection is in has failed. Let the failure end its body.")
    default:
      let modes = [
        options.isolation.map { "ISOLATION LEVEL \($0.rawValue)" },
        options.isReadOnly.map { $0 ? "READ ONLY" : "READ WRITE" },
        options.isDeferrable ? "DEFERRABLE" : nil,
      ]
      self.init(
        begin: (["BEGIN"] + modes.compactMap { $0 }).joined(separator: " "), commit: "COMMIT",
        rollback: "ROLLBACK", isOutermost: true)
    }
  }

  private init(begin: String, commit: String, rollback: String, isOutermost: Bool) {
    (self.begin, self.commit, self.rollback, self.isOutermost) = (begin, commit, rollback, isOutermost)
  }

  /// A savepoint of a name.
  private init(savepoint name: String) {
    self.init(
      begin: "SAVEPOINT \(name)", commit: "RELEASE SAVEPOINT \(name)",
      rollback: "ROLLBACK TO SAVEPOINT \(name); RELEASE SAVEPOINT \(name)", isOutermost: false)
  }

  /// The savepoint around rows, or a COPY, that may be broken off.
  static var ofRows: TransactionFrame { TransactionFrame(savepoint: "pgdriver_rows") }

  /// What ends that savepoint: a failure of the statement's own is left to the transaction.
  func afterRows(in core: ConnectionCore) -> String? {
    switch core.transactionStatus {
    case .inTransaction: commit
    case .inFailedTransaction where core.wasCutShort: rollback
    default: nil
    }
  }

  /// Notes on the connection that the body begins.
  mutating func enter(_ core: ConnectionCore) {
    core.transactionEnds.enter()
    endedBefore = core.transactionEnds.count
  }

  /// Notes on the connection that all is done.
  func leave(_ core: ConnectionCore) { core.transactionEnds.leave() }

  /// What is to be done after the body, in the state that it left the connection in.
  ///
  /// - Parameter ends: The transactions that were ended in the outermost scope.
  func ending(
    bodyFailed: Bool, isCancelled: Bool, status: PostgresTransactionStatus, ends: TransactionEnds
  ) -> Ending {
    if status == .unknown { return .none(bodyFailed ? nil : Self.connectionEnded) }
    let end = ends.first(after: endedBefore)
    if end != nil || status == .idle {
      let error = bodyFailed ? nil : Self.endedByBody(end)
      // Another transaction may have been begun in its place.
      return isOutermost && status != .idle ? .rollback(error) : .none(error)
    }
    if bodyFailed { return .rollback(nil) }
    if status != .inTransaction { return .rollback(Self.failureHidden) }
    return isCancelled ? .rollback(.taskCancelled) : .commit
  }

  /// Whether the connection is where it has to be once the frame was rolled back.
  func isRolledBack(_ status: PostgresTransactionStatus) -> Bool {
    // Around a savepoint that is gone the transaction has failed, and its own end will roll it back.
    isOutermost ? status == .idle : status != .idle
  }

  /// Refuses what COMMIT returns in a transaction that failed: no error, but the tag ROLLBACK.
  ///
  /// PostgreSQL manual, "COMMIT"; libpq has no other sign of it.
  func check(commitTag tag: String) throws(PostgresError) {
    guard isOutermost, tag != "COMMIT" else { return }
    throw Self.failureHidden
  }

  /// What the failure of COMMIT means, once it was sent, to the caller.
  ///
  /// Without a reply, the server may have committed or not: it may have lost the connection
  /// before or after.
  func commitFailure(_ error: PostgresError, isClosed: Bool) -> PostgresError {
    guard isOutermost, isClosed else { return error }
    return PostgresError(
      .commitOutcomeUnknown,
      "The connection was lost after COMMIT had been sent, so the transaction may be committed or rolled "
        + "back. Look for what it wrote before you run it again. \(error.message)",
      serverFields: error.serverFields)
  }
}

// MARK: - What the caller is told

extension TransactionFrame {
  private static var failureHidden: PostgresError {
    PostgresError(
      .rolledBack,
      "The transaction was rolled back, since a statement in it had failed. Let the failure end the body too."
    )
  }

  private static var connectionEnded: PostgresError {
    PostgresError(
      .connectionClosed,
      "The connection was closed before the transaction could be committed, so the server rolls it back. "
        + "Run it again on another connection.")
  }

  private static func endedByBody(_ end: TransactionEnds.End?) -> PostgresError {
    switch end {
    case .committed:
      PostgresError(
        .misuse,
        "The body of the transaction ran COMMIT itself: what it did before that is committed, and what it "
          + "did after that was not part of the transaction. Leave COMMIT to the transaction's end.")
    case .prepared:
      PostgresError(
        .misuse,
        "The body of the transaction ran PREPARE TRANSACTION: commit it, or roll it back, by the name that "
          + "it was given.")
    case .rolledBack, nil:
      PostgresError(
        .rolledBack,
        "The body of the transaction ran ROLLBACK itself: what it did before that is undone. To roll back, "
          + "throw an error in the body.")
    }
  }
}

// MARK: - Running it again

extension TransactionOptions {
  /// Whether a transaction is to be run again after an error, after so many attempts.
  ///
  /// PostgreSQL manual, section 13.5, "Serialization Failure Handling": the whole transaction is to be
  /// repeated. The same goes for a prepared statement that became stale, which is parsed anew then.
  func shouldRetry(after error: any Error, attempts: Int) -> Bool {
    guard attempts <= retries, let error = error as? PostgresError, let fields = error.serverFields,
      error.code == .server
    else { return false }
    return fields.sqlState == .serializationFailure || fields.sqlState == .deadlockDetected
      || fields.saysStatementIsStale
  }
}

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
