/// What waits, first come, first served; not locked by itself.
///
/// Taking the first takes constant time on average, as does leaving from the middle, for a place's number stays the
/// same. What a rush needed of memory is given back after it.
struct Queue<Element: Sendable>: Sendable {
  private var places: [Element?] = []
  /// The first place that isn't empty.
  private var head = 0
  /// The number of the first place.
  private var base = 0
  private(set) var count = 0

  /// How many places are kept for those to come.
  private static var keptPlaces: Int { 1024 }

  /// For how many places there is memory.
  var capacity: Int { places.capacity }

  var isEmpty: Bool { count == 0 }

  /// Adds an element at the end; returns its number.
  @discardableResult
  mutating func append(_ element: Element) -> Int {
    places.append(element)
    count += 1
    return base + places.count - 1
  }

  /// Takes the element that came first.
  mutating func takeFirst() -> Element? {
    guard count > 0, let element = places[head] else { return nil }
    vacate(head)
    return element
  }

  /// Takes the element of a number out; nil if it doesn't wait any more.
  mutating func remove(_ number: Int) -> Element? {
    let place = number - base
    guard places.indices.contains(place), let element = places[place] else { return nil }
    vacate(place)
    return element
  }

  private mutating func vacate(_ place: Int) {
    places[place] = nil
    count -= 1
    if count == 0 {
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
