/// What waits, first come, first served; not locked by itself.
///
/// Taking the first takes constant time on average, as does leaving from the middle, for a place's number
/// stays the same. The memory that a rush needed is given back after it.
public struct Queue<Element: Sendable>: Sendable {
  /// Makes an empty one.
  @inlinable public init() {}

  @usableFromInline var places: [Element?] = []
  /// The first place that isn't empty.
  @usableFromInline var head = 0
  /// The number of the first place.
  @usableFromInline var base = 0
  @usableFromInline var waiting = 0

  /// How many wait.
  @inlinable public var count: Int { waiting }

  /// How many places are kept for those to come.
  @inlinable static var keptPlaces: Int { 1024 }

  /// For how many places there is memory.
  @inlinable public var capacity: Int { places.capacity }

  /// Whether nothing waits.
  @inlinable public var isEmpty: Bool { waiting == 0 }

  /// Adds an element at the end; returns its number.
  @discardableResult
  @inlinable public mutating func append(_ element: Element) -> Int {
    places.append(element)
    waiting += 1
    return base + places.count - 1
  }

  /// Takes the element that came first.
  @inlinable public mutating func takeFirst() -> Element? {
    guard waiting > 0, let element = places[head] else { return nil }
    vacate(head)
    return element
  }

  /// Takes the element of a number out; nil if it doesn't wait any more.
  @inlinable public mutating func remove(_ number: Int) -> Element? {
    let place = number - base
    guard places.indices.contains(place), let element = places[place] else { return nil }
    vacate(place)
    return element
  }

  @inlinable mutating func vacate(_ place: Int) {
    places[place] = nil
    waiting -= 1
    if waiting == 0 {
      base += places.count
      // The capacity, for of a rush there may be few places left.
      places.removeAll(keepingCapacity: places.capacity <= Self.keptPlaces)
      head = 0
      return
    }
    while places[head] == nil { head += 1 }
    // Amortised: as many places have been passed as are moved now.
    guard head > 64, head > places.count / 2 else { return }
    let left = places.count - head
    if places.capacity > max(4 * left, Self.keptPlaces) {
      places = Array(places[head...])
    } else {
      places.removeFirst(head)
    }
    base += head
    head = 0
  }
}
