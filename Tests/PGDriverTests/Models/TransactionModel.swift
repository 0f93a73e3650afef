import PGDriver

/// What a session of PostgreSQL holds while a program runs, by what the program was told.
///
/// PostgreSQL manual, section 3.4, "Transactions", and "SAVEPOINT", "ROLLBACK TO SAVEPOINT" and "RELEASE
/// SAVEPOINT".
struct TransactionModel {
  enum Status: Equatable {
    case idle, open, failed, lost
  }

  /// How a transaction ended without its scope's doing.
  enum Ending: Hashable {
    case committed, rolledBack, lost
  }

  /// A transaction or a savepoint in it, and the rows since.
  private struct Frame {
    let name: String?
    var rows: [Int] = []
  }

  /// A scope whose body runs.
  struct Token: Sendable {
    let id: Int
    let transaction: Int
    let isOuter: Bool
    fileprivate var name: String { "scope \(id)" }
  }

  private(set) var status = Status.idle
  private var frames: [Frame] = []
  /// Counts the transactions.
  private var transaction = 0
  private var endings: [Int: Set<Ending>] = [:]
  private(set) var committed: Set<Int> = []
  /// Rows of which the program was told that nobody knows: of each group all or none.
  private(set) var uncertain: [[Int]] = []
  /// What the driver did that it mustn't.
  private(set) var violations: [String] = []
  /// Whether the task was cancelled, or may be at any moment.
  var mayBeCancelled = false
  /// Whether the backend was terminated, or may be at any moment.
  var mayBeLost = false

  mutating func note(_ violation: String) { violations.append(violation) }

  /// Begins an item, with a connection that is ready.
  mutating func beginItem() {
    if status == .lost { status = .idle }
    mayBeCancelled = false
  }

  /// The pool has the connection back, and rolls back what is open.
  mutating func handBack() {
    if status != .lost { end(.rolledBack) }
  }

  /// The table has been read: what was uncertain isn't any more.
  mutating func settle(_ rows: Set<Int>) {
    committed = rows
    uncertain = []
  }

  private mutating func end(_ ending: Ending) {
    if status == .open || status == .failed { endings[transaction, default: []].insert(ending) }
    if status == .open, ending == .committed { committed.formUnion(frames.flatMap(\.rows)) }
    frames = []
    status = ending == .lost ? .lost : .idle
  }
}

// MARK: - Statements

extension TransactionModel {
  /// What a statement does if it succeeds.
  enum Effect {
    case begin
    case insert([Int])
    case own(ModelProgram.Own)
    /// It never succeeds.
    case none
  }

  private func index(of savepoint: String) -> Int? { frames.lastIndex { $0.name == savepoint } }

  private func mustFail(_ effect: Effect) -> Bool {
    switch (effect, status) {
    case (.none, _), (_, .lost): true
    case (.own(.rollbackTo(let name)), _): status == .idle || index(of: name) == nil
    case (.own(.rollback), _), (.own(.commit), _): false
    case (_, .failed): true
    case (.own(.release(let name)), _): status == .idle || index(of: name) == nil
    case (.own(.savepoint), _): status == .idle
    case (.own(.discardAll), _): status == .open
    default: false
    }
  }

  mutating func succeeded(_ effect: Effect) {
    guard !mustFail(effect) else { return note("\(effect) succeeded in a session that is \(status)") }
    switch effect {
    case .none: break
    case .begin:
      transaction += 1
      frames = [Frame(name: nil)]
      status = .open
    case .insert(let rows):
      if status == .idle { committed.formUnion(rows) } else { frames[frames.count - 1].rows += rows }
    case .own(.rollback): if status != .idle { end(.rolledBack) }
    case .own(.commit): if status != .idle { end(status == .open ? .committed : .rolledBack) }
    case .own(.savepoint(let name)): frames.append(Frame(name: name))
    case .own(.rollbackTo(let name)):
      guard let index = index(of: name) else { return }
      frames.removeSubrange(index...)
      frames.append(Frame(name: name))
      status = .open
    case .own(.release(let name)): index(of: name).map { merge(from: $0) }
    case .own(.discardAll), .own(.deallocateAll): break
    }
  }

  mutating func failed(_ effect: Effect, _ error: any Error) {
    guard let error = error as? PostgresError else { return note("\(effect) threw \(error)") }
    if error.isLoss {
      if !mayBeLost && status != .lost { note("\(effect) lost the connection: \(error)") }
      // A closed connection has sent nothing.
      if error.code != .connectionClosed { uncertain.append(rows(storedBy: effect)) }
      end(.lost)
    } else if error.code == .cancelled {
      // Whether it had been sent, only the server knows; a cancelled task sends nothing more.
      if !mayBeCancelled { note("\(effect) threw \(error), though nothing was cancelled") }
    } else {
      if !mustFail(effect) { note("\(effect) failed in a session that is \(status): \(error)") }
      if status == .open { status = .failed }
    }
  }

  /// The rows that a statement stores for good if it succeeds.
  private func rows(storedBy effect: Effect) -> [Int] {
    switch (effect, status) {
    case (.insert(let rows), .idle): rows
    case (.own(.commit), .open): frames.flatMap(\.rows)
    default: []
    }
  }

  private mutating func merge(from index: Int) {
    let rows = frames[index...].flatMap(\.rows)
    frames.removeSubrange(index...)
    frames[index - 1].rows += rows
  }
}

// MARK: - Scopes

extension TransactionModel {
  /// How a scope's body ended.
  enum BodyEnd {
    case notRun
    case returned(isCancelled: Bool)
    case threw(any Error)
  }

  /// A scope's body begins.
  mutating func enter(_ id: Int) -> Token {
    switch status {
    case .idle: succeeded(.begin)
    case .open: frames.append(Frame(name: "scope \(id)"))
    case .failed, .lost: note("the body of transaction \(id) ran in a session that is \(status)")
    }
    return Token(id: id, transaction: transaction, isOuter: frames.count == 1)
  }

  /// The scope has ended; nil is a scope that has returned.
  mutating func leave(
    _ id: Int, _ token: Token?, after body: BodyEnd, with error: (any Error)?, isClosed: Bool
  ) {
    guard let token else {
      guard let error else { return note("transaction \(id) returned, but its body never ran") }
      return refuse(id, error, isClosed: isClosed)
    }
    if let error { fail(token, after: body, error, isClosed: isClosed) } else { complete(token, after: body) }
  }

  /// Whether the transaction or savepoint of a scope is there still.
  private func isOpen(_ token: Token) -> Bool {
    guard status == .open || status == .failed, token.transaction == transaction else { return false }
    return token.isOuter || index(of: token.name) != nil
  }

  private mutating func complete(_ token: Token, after body: BodyEnd) {
    guard case .returned(let isCancelled) = body else {
      return note("transaction \(token.id) returned, though its body threw")
    }
    guard isOpen(token) else {
      return note("transaction \(token.id) returned, but it had ended: \(endings[token.transaction] ?? [])")
    }
    guard status == .open else {
      return note("transaction \(token.id) returned, though a statement had failed")
    }
    if token.isOuter {
      if isCancelled { note("transaction \(token.id) returned, though its task was cancelled before") }
      end(.committed)
    } else if let index = index(of: token.name) {
      merge(from: index)
    }
  }

  private mutating func refuse(_ id: Int, _ error: any Error, isClosed: Bool) {
    let error = error as? PostgresError
    let code = error?.code
    let isExpected =
      switch status {
      case .lost: true
      case .failed: code == .misuse
      // The scope around it may have lost its transaction, which the driver may say here or there.
      case .idle: code == .misuse || code == .rolledBack
      case .open: false
      }
    if error?.isLoss == true, mayBeLost {
      end(.lost)
    } else if !isExpected, !(mayBeCancelled && (code == .cancelled || code == .misuse)) {
      // A statement that was cancelled may have failed the transaction, or never have been sent.
      note(
        "transaction \(id) didn't begin in a session that is \(status): \(error?.description ?? "no reason")")
    }
    if isClosed { end(.lost) }
  }

  private mutating func fail(_ token: Token, after body: BodyEnd, _ error: any Error, isClosed: Bool) {
    let wasOpen = isOpen(token)
    let code = (error as? PostgresError)?.code
    // A body that throws this has it of a transaction in it.
    if code == .commitOutcomeUnknown, case .returned = body {
      guard token.isOuter, wasOpen, status == .open, isClosed, mayBeLost else {
        return note("transaction \(token.id) has no unknown outcome: \(error)")
      }
      uncertain.append(frames.flatMap(\.rows))
      return end(.lost)
    }
    switch body {
    case .notRun: note("transaction \(token.id) threw, and its body never ended")
    case .threw(let cause):
      if "\(cause)" != "\(error)" { note("transaction \(token.id) threw \(error), its body \(cause)") }
    case .returned(let isCancelled):
      if !isExpected(error, of: token, wasOpen, isCancelled) {
        note("transaction \(token.id) threw \(error), in a session that is \(status)")
      }
    }
    guard wasOpen else {
      if isClosed { end(.lost) }
      return
    }
    if isClosed {
      end(.lost)
    } else if token.isOuter {
      end(.rolledBack)
    } else if let index = index(of: token.name) {
      frames.removeSubrange(index...)
      status = .open
    }
  }

  /// Whether a scope may throw this although its body returned.
  private func isExpected(
    _ error: any Error, of token: Token, _ wasOpen: Bool, _ isCancelled: Bool
  ) -> Bool {
    guard let error = error as? PostgresError else { return false }
    if error.isLoss { return mayBeLost }
    if error.code == .cancelled { return mayBeCancelled }
    guard wasOpen else {
      let endings = endings[token.transaction] ?? []
      let isMixed = endings.count > 1 || token.transaction != transaction || mayBeCancelled
      switch error.code {
      case .rolledBack: return isMixed || endings == [.rolledBack] || endings.isEmpty
      case .misuse: return isMixed || endings == [.committed]
      default: return false
      }
    }
    return error.code == .rolledBack && (status == .failed || mayBeCancelled)
  }
}

extension PostgresError {
  /// Whether the connection is gone.
  fileprivate var isLoss: Bool {
    code == .connectionLost || code == .connectionClosed || sqlState == .adminShutdown
  }
}
