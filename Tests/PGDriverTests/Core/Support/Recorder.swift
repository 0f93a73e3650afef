import PGDriver
import PGSystem

/// What tasks note, in the order in which they do.
final class Recorder<Element: Sendable>: Sendable {
  private let noted = Lock<[Element]>([])

  /// A true copy, for the thread sanitizer doesn't see that the array is no longer shared when the next one is noted.
  var elements: [Element] { noted.withLock { $0.map { $0 } } }

  func note(_ element: Element) { noted.withLock { $0.append(element) } }
}
