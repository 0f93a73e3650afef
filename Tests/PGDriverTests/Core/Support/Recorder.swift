import PGDriver

/// What tasks note, in the order in which they do.
final class Recorder<Element: Sendable>: Sendable {
  private let noted = Lock<[Element]>([])

  var elements: [Element] { noted.withLock { $0 } }

  func note(_ element: Element) { noted.withLock { $0.append(element) } }
}
