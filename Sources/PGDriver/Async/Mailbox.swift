import PGSystem

/// What was sent and is still to be read, by a task that may have to wait for it.
///
/// Readers that share it wait in order, and each element goes to one of them. It has no bound.
final class Mailbox<Element: Sendable>: Sendable {
  private enum End {
    case normal
    case failure(PostgresError)
  }

  private enum Answer {
    case element(Element)
    case end(End)
    case nothingYet
  }

  private struct State {
    var elements = Queue<Element>()
    var readers = Queue<UnsafeContinuation<Void, Never>>()
    var end: End?

    mutating func take() -> Answer {
      if let element = elements.takeFirst() { return .element(element) }
      return end.map { .end($0) } ?? .nothingYet
    }
  }

  private let state = Lock(State())

  /// Adds an element; after the end it is dropped.
  func put(_ element: Element) {
    let reader = state.withLock { state -> UnsafeContinuation<Void, Never>? in
      guard state.end == nil else { return nil }
      state.elements.append(element)
      return state.readers.takeFirst()
    }
    reader?.resume()
  }

  /// Ends it, after what is there already; a second end does nothing.
  ///
  /// - Parameter failure: What readers are to throw; nil for a normal end.
  func end(_ failure: PostgresError? = nil) {
    finish(failure.map { .failure($0) } ?? .normal)
  }

  private func finish(_ end: End, droppingElements: Bool = false) {
    var readers = state.withLock { state in
      if state.end == nil { state.end = end }
      if droppingElements { state.elements = Queue() }
      defer { state.readers = Queue() }
      return state.readers
    }
    while let reader = readers.takeFirst() { reader.resume() }
  }

  /// The next element; nil after a normal end, as is the cancellation of a task that reads.
  func next() async throws(PostgresError) -> Element? {
    while true {
      if Task.isCancelled { finish(.normal, droppingElements: true) }
      switch state.withLock({ $0.take() }) {
      case .element(let element): return element
      case .end(.normal): return nil
      case .end(.failure(let error)): throw error
      case .nothingYet: await waitForMore()
      }
    }
  }

  /// What came isn't handed over by the continuation, since the thread sanitizer doesn't see that.
  private func waitForMore() async {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { reader in
        let mustWait = state.withLock { state in
          guard state.elements.isEmpty, state.end == nil else { return false }
          state.readers.append(reader)
          return true
        }
        if !mustWait { reader.resume() }
      }
    } onCancel: {
      finish(.normal, droppingElements: true)
    }
  }
}
