import PGSystem
import Synchronization

/// Lets one task at a time take rows or data, or write it, and nothing any more once the body has ended.
///
/// A stream, a reader or a writer is Sendable, so that its body can hand it to another task. Two tasks at once
/// would share libpq's connection, which one at a time may use. The end of the body waits for a task that is
/// still in the middle of something.
@usableFromInline
final class StreamGate: Sendable {
  private enum State {
    static let free = 0
    static let inUse = 1
    /// In use, and closed afterwards.
    static let awaited = 2
    static let closed = 3
  }

  private let state = Atomic(State.free)
  private let closer = Lock<UnsafeContinuation<Void, Never>?>(nil)
  private let iterators = Atomic(0)

  /// Begins a use, which `leave` ends.
  ///
  /// - Throws: `misuse` while another task is in one, and after the body has ended.
  @usableFromInline
  func enter() throws(PostgresError) {
    let (isFree, found) = state.compareExchange(
      expected: State.free, desired: State.inUse, ordering: .acquiring)
    guard !isFree else { return }
    throw found == State.closed ? .streamEnded : .streamInUse
  }

  /// Ends a use.
  @usableFromInline
  func leave() {
    let (isFree, _) = state.compareExchange(
      expected: State.inUse, desired: State.free, ordering: .releasing)
    guard !isFree else { return }
    state.store(State.closed, ordering: .releasing)
    closer.withLock(\.self)?.resume()
  }

  /// Ends all uses; returns when the last one is over.
  func close() async {
    await withUnsafeContinuation { task in
      closer.withLock { $0 = task }
      while true {
        let (wasInUse, found) = state.compareExchange(
          expected: State.inUse, desired: State.awaited, ordering: .acquiringAndReleasing)
        // The task in the middle of it resumes this one.
        if wasInUse { return }
        let (wasFree, _) = state.compareExchange(
          expected: State.free, desired: State.closed, ordering: .acquiringAndReleasing)
        guard wasFree || found == State.closed else { continue }
        task.resume()
        return
      }
    }
  }

  /// The number of one more iterator, from 1.
  func countIterator() -> Int { iterators.add(1, ordering: .relaxed).newValue }
}

extension PostgresError {
  /// For what a body was given and has kept: the rows and the data that there are now are another's.
  static let streamEnded = PostgresError(
    .misuse,
    "This stream, reader or writer is used after the body that it was given to has ended: take the rows or the "
      + "data, or write it, inside of the body.")

  /// For what two tasks use at the same time.
  static let streamInUse = PostgresError(
    .misuse,
    "Another task is in the middle of using this stream, reader or writer: only one at a time can. Collect in one "
      + "task, or give each a connection of its own.")

  /// For an iterator beside that which has taken rows already.
  static let secondIterator = PostgresError(
    .misuse,
    "This stream has an iterator already, which has taken rows that this one would miss: go on with that one."
  )
}
