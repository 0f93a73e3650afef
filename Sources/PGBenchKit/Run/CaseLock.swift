import PGSystem

/// Whose turn it is to measure: one test's at a time, with all of its cases, and of these one call of
/// `benchmark`.
struct CaseTurns: Sendable {
  /// One test at a time.
  ///
  /// Taken by the trait `.benchmark`, outside of the cases: Swift Testing counts what a case waits for as its
  /// own time, and a time limit would end tests that had not begun.
  let tests: CaseLock

  /// One call of `benchmark` at a time.
  private let calls = CaseLock(machine: nil)

  /// Whether the present test has its turn.
  @TaskLocal static var hasTurn = false

  /// - Parameter machine: What processes share; nil where only this one measures.
  init(machine: MachineLock?) { tests = CaseLock(machine: machine) }

  /// Runs a call of `benchmark` when it is its turn, and its test's, if that has none yet.
  ///
  /// - Parameter waiting: As in `CaseLock.withLock`.
  func withTurn<Result>(
    waiting: @Sendable (String) -> Void, _ body: () async throws -> Result
  ) async throws -> Result {
    if Self.hasTurn { return try await calls.withLock(waiting: waiting, body) }
    return try await tests.withLock(waiting: waiting) { try await calls.withLock(waiting: waiting, body) }
  }
}

/// Lets one at a time measure: first come, first served in the process, one process on the machine.
///
/// Suspends rather than blocks: tests run on Swift's global executor, whose few threads must not be held.
actor CaseLock {
  private let machine: MachineLock?
  private var isTaken = false
  private var queue: [(number: Int, continuation: CheckedContinuation<Void, any Error>)] = []
  private var next = 0

  /// - Parameter machine: What processes share; nil if it is of this process alone.
  init(machine: MachineLock?) {
    self.machine = machine
  }

  /// Runs `body` with the lock held.
  ///
  /// - Parameter waiting: Called with the words to say so if another process holds the machine, again every
  ///   minute.
  /// - Throws: what `body` throws; `CancellationError` if the task is cancelled while it waits.
  nonisolated func withLock<Answer>(
    waiting: @Sendable (String) -> Void, _ body: () async throws -> Answer
  ) async throws -> Answer {
    try await take()
    do {
      try await machine?.lock(waiting: waiting)
      let answer = try await body()
      machine?.unlock()
      await release()
      return answer
    } catch {
      machine?.unlock()
      await release()
      throw error
    }
  }

  private func take() async throws {
    guard isTaken else {
      isTaken = true
      return
    }
    next += 1
    let number = next
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        if Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else {
          queue.append((number, continuation))
        }
      }
    } onCancel: {
      Task { await giveUp(number) }
    }
  }

  private func giveUp(_ number: Int) {
    guard let place = queue.firstIndex(where: { $0.number == number }) else { return }
    queue.remove(at: place).continuation.resume(throwing: CancellationError())
  }

  private func release() {
    if queue.isEmpty {
      isTaken = false
    } else {
      queue.removeFirst().continuation.resume()
    }
  }
}
