/// Who may use a connection, first come, first served, and what is known of it between two turns.
struct TurnQueue: Sendable {
  private(set) var isTaken = false
  private var waiting: [UnsafeContinuation<Void, Never>] = []

  /// Whether the connection is to be closed by whoever has the turn.
  var isClosing = false
  /// Whether it was closed or broken when the last turn ended.
  private(set) var isClosed = false
  /// Where it stood when the last turn ended.
  private(set) var transactionStatus = PostgresTransactionStatus.idle
  /// Those who read notifications.
  var subscribers = Subscribers()

  /// Takes the turn if nobody has it.
  mutating func takeIfFree() -> Bool {
    guard !isTaken else { return false }
    isTaken = true
    return true
  }

  /// Takes the turn for a task, now or when it comes; answers whether the task need not wait.
  mutating func take(_ task: UnsafeContinuation<Void, Never>) -> Bool {
    if takeIfFree() { return true }
    waiting.append(task)
    return false
  }

  /// What the one who ends a turn has to do.
  enum End {
    /// Close the connection, and end the turn then.
    case close
    /// Resume the next task, if there is one; read what comes unasked if there are subscribers.
    case handOn(to: UnsafeContinuation<Void, Never>?, hasSubscribers: Bool)
  }

  /// Ends the turn, and hands it on.
  mutating func end(_ status: PostgresTransactionStatus, isClosed: Bool) -> End {
    if isClosing && !isClosed { return .close }
    transactionStatus = status
    self.isClosed = isClosed
    let next = waiting.isEmpty ? nil : waiting.removeFirst()
    isTaken = next != nil
    return .handOn(to: next, hasSubscribers: !subscribers.isEmpty)
  }
}
