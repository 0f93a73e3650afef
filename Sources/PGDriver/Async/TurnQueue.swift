import PGSystem
import Synchronization

/// The scopes on connections that a task is in.
///
/// A scope is a transaction, whose statements have their turns one by one, or rows or a COPY, which have the
/// connection's turn from their beginning to their end. A task inherits those of the task that made it, and
/// may outlive them.
struct ScopePath: Sendable {
  /// In no scope.
  static let none = ScopePath(scopes: [])

  fileprivate let scopes: [Int]
}

/// Whose turn it is to use a connection, and what is known of the connection between two turns.
///
/// First come, first served; but while a scope is open, only tasks in it have turns.
struct TurnQueue: Sendable {
  typealias Continuation = UnsafeContinuation<Void, Never>

  /// By which a task that waits can be found.
  struct Ticket: Sendable, Hashable {
    fileprivate let number: Int
  }

  private enum Waiter: Sendable {
    /// On its way into the queue.
    case arriving
    /// Cancelled, which it has not noticed yet.
    case cancelled
    case waiting(Continuation, scope: Int, place: Int)
  }

  private struct Scope: Sendable {
    let number: Int
    /// Whether it has the turn until it is closed.
    let hasTurn: Bool
    var waiting = Queue<Ticket>()
  }

  /// Of all connections, so that no task takes a later connection's scope for one of its own.
  private static let scopesMade = Atomic(0)

  private(set) var isTaken = false
  /// The open scopes, the innermost last; the first is that of all tasks.
  private var scopes = [Scope(number: 0, hasTurn: false)]
  private var waiters: [Ticket: Waiter] = [:]
  private var ticketsMade = 0
  /// Tasks that wait until the connection is closed.
  private var closers: [Continuation] = []
  private(set) var isClosing = false
  /// Whether it was closed or broken when the last turn ended.
  private(set) var wasClosed = false
  /// Where it stood when the last turn ended.
  private(set) var lastStatus = PostgresTransactionStatus.idle

  /// Whether it is closed, or is about to be.
  var isClosed: Bool { isClosing || wasClosed }

  var transactionStatus: PostgresTransactionStatus { isTaken && !wasClosed ? .active : lastStatus }
}

// MARK: - Turns

extension TurnQueue {
  /// How the turn is to be had.
  enum Turn {
    case taken
    /// Another task has it; the ticket is for `wait`.
    case wait(Ticket)
    /// The task is in the scope that has it, and would wait for itself.
    case refused
  }

  /// Takes the turn if no task has it and no scope is open.
  mutating func takeIfFree() -> Bool {
    guard !isTaken, scopes.count == 1 else { return false }
    isTaken = true
    return true
  }

  /// Takes the turn if no task has it, in whatever scope, for what sends nothing and doesn't wait.
  mutating func takeInPassing() -> Bool {
    guard !isTaken else { return false }
    isTaken = true
    return true
  }

  /// Takes the turn for a task in the scopes of a path.
  mutating func take(_ path: ScopePath) -> Turn {
    let index = innermost(of: path)
    if index == scopes.count - 1, scopes[index].hasTurn { return .refused }
    // Of a closed connection all that wait have turns: it refuses whatever comes.
    if !isTaken, index == scopes.count - 1 || wasClosed {
      isTaken = true
      return .taken
    }
    ticketsMade += 1
    let ticket = Ticket(number: ticketsMade)
    waiters[ticket] = .arriving
    return .wait(ticket)
  }

  /// Has a task wait for its turn; returns false if it need not.
  mutating func wait(_ task: Continuation, _ ticket: Ticket, _ path: ScopePath) -> Bool {
    if case .cancelled = waiters[ticket] { return false }
    let index = innermost(of: path)
    if !isTaken, index == scopes.count - 1 || wasClosed {
      isTaken = true
      waiters[ticket] = nil
      return false
    }
    let place = scopes[index].waiting.append(ticket)
    waiters[ticket] = .waiting(task, scope: scopes[index].number, place: place)
    return true
  }

  /// Gives up waiting; returns the task to resume, unless it has its turn or isn't asleep.
  mutating func cancel(_ ticket: Ticket) -> Continuation? {
    switch waiters[ticket] {
    case .waiting(let task, let scope, let place):
      if let index = scopes.firstIndex(where: { $0.number == scope }) {
        _ = scopes[index].waiting.remove(place)
      }
      waiters[ticket] = .cancelled
      return task
    case .arriving: waiters[ticket] = .cancelled
    case .cancelled, nil: break
    }
    return nil
  }

  /// Whether a task that waited has its turn now; false if it was cancelled before.
  mutating func hasTurn(_ ticket: Ticket) -> Bool { waiters.removeValue(forKey: ticket) == nil }

  /// What the task that ends a turn has to do.
  enum End {
    /// Close the connection, and end the turn then.
    case close
    /// Resume the next task, and those that waited for the connection to be closed.
    case handOn(to: Continuation?, closers: [Continuation])
  }

  /// Ends the turn, and hands it on.
  mutating func end(_ status: PostgresTransactionStatus, isClosed: Bool) -> End {
    if isClosing && !isClosed { return .close }
    lastStatus = status
    wasClosed = isClosed
    let next = takeNext()
    isTaken = next != nil
    guard isClosed, !closers.isEmpty else {
      return .handOn(to: next, closers: [])
    }
    defer { closers = [] }
    return .handOn(to: next, closers: closers)
  }

  /// The next to have the turn: of the innermost scope, or of any once the connection is closed.
  private mutating func takeNext() -> Continuation? {
    for index in scopes.indices.reversed() {
      if let ticket = scopes[index].waiting.takeFirst() {
        guard case .waiting(let task, _, _) = waiters.removeValue(forKey: ticket) else { continue }
        return task
      }
      guard wasClosed else { return nil }
    }
    return nil
  }
}

// MARK: - Scopes

extension TurnQueue {
  /// Opens a scope inside of those of a path; for the task that has the turn.
  ///
  /// - Parameter hasTurn: Whether the scope keeps the turn until it is closed.
  mutating func open(in path: ScopePath, hasTurn: Bool) -> ScopePath {
    let number = Self.scopesMade.add(1, ordering: .relaxed).newValue
    scopes.append(Scope(number: number, hasTurn: hasTurn))
    return ScopePath(scopes: path.scopes + [number])
  }

  /// Closes the innermost scope of a path; for the task that has the turn.
  ///
  /// Tasks that waited in it go on waiting in the scope around it.
  mutating func close(_ path: ScopePath) {
    guard let index = scopes.lastIndex(where: { $0.number == path.scopes.last }), index > 0 else { return }
    while scopes.count > index {
      var left = scopes.removeLast()
      while let ticket = left.waiting.takeFirst() {
        guard case .waiting(let task, _, _) = waiters[ticket] else { continue }
        let place = scopes[index - 1].waiting.append(ticket)
        waiters[ticket] = .waiting(task, scope: scopes[index - 1].number, place: place)
      }
    }
  }

  /// Whether a task in the scopes of a path is in the one that has the turn.
  func isInScopeWithTurn(_ path: ScopePath) -> Bool {
    innermost(of: path) == scopes.count - 1 && scopes[scopes.count - 1].hasTurn
  }

  /// The place of the innermost open scope that a path is in.
  private func innermost(of path: ScopePath) -> Int {
    scopes.lastIndex { $0.number == 0 || path.scopes.contains($0.number) } ?? 0
  }
}

// MARK: - Closing

extension TurnQueue {
  /// How the connection is to be closed.
  enum Closing {
    /// By the caller, who has the turn now.
    case byCaller
    /// By the task that has the turn.
    case byOther
    /// It is closed.
    case done
  }

  /// Lets nothing begin any more, and takes the turn if no task has it.
  mutating func beginClosing() -> Closing {
    isClosing = true
    guard !isTaken else { return .byOther }
    guard !wasClosed else { return .done }
    isTaken = true
    return .byCaller
  }

  /// Has a task wait until the connection is closed; returns false if it is.
  mutating func waitUntilClosed(_ task: Continuation) -> Bool {
    guard !wasClosed else { return false }
    closers.append(task)
    return true
  }
}
