import PGBenchHost

/// Lets one benchmark case at a time measure: first come, first served in the process, one process on the machine.
///
/// Suspends rather than blocks: tests run on Swift's global executor, whose few threads must not be held.
actor CaseLock {
  static let shared = CaseLock(machine: MachineLock())

  private let machine: MachineLock
  private var isTaken = false
  private var queue: [CheckedContinuation<Void, Never>] = []

  init(machine: MachineLock) {
    self.machine = machine
  }

  /// Runs `body` with the lock held.
  ///
  /// - Parameter waiting: Called with the words to say so if another process holds the machine, again every minute.
  nonisolated func withLock<Answer>(
    waiting: @Sendable (String) -> Void, _ body: () async throws -> Answer
  ) async throws -> Answer {
    await take()
    do {
      try await machine.lock(waiting: waiting)
      let answer = try await body()
      machine.unlock()
      await release()
      return answer
    } catch {
      machine.unlock()
      await release()
      throw error
    }
  }

  private func take() async {
    guard isTaken else {
      isTaken = true
      return
    }
    await withCheckedContinuation { queue.append($0) }
  }

  private func release() {
    if queue.isEmpty {
      isTaken = false
    } else {
      queue.removeFirst().resume()
    }
  }
}
