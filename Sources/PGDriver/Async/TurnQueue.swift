/// Who may use a connection, first come, first served.
struct TurnQueue {
  private(set) var isTaken = false
  private var waiting: [UnsafeContinuation<Void, Never>] = []

  /// Takes the turn if nobody has it.
  mutating func takeIfFree() -> Bool {
    guard !isTaken else { return false }
    isTaken = true
    return true
  }

  /// Takes the turn for a task, now or when it comes.
  mutating func take(_ task: UnsafeContinuation<Void, Never>) {
    if isTaken {
      waiting.append(task)
    } else {
      isTaken = true
      task.resume()
    }
  }

  /// Gives the turn to the next.
  mutating func end() {
    if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
  }
}
