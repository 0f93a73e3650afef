extension PoolStateMachine {
  /// The waiting requests, first come first served, each with the instant at which it came.
  ///
  /// Numbers are given out without a gap, so a request's place follows from its number: joining, leaving at
  /// the front and giving up in the middle all take constant time. A place given up stays empty until the
  /// queue's head passes it.
  struct RequestQueue: Sendable {
    private var arrivals: [Instant?] = []
    private var head = 0
    /// The number of the request in the first place of `arrivals`.
    private var base: UInt64 = 0
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }

    /// The arrival of the request at the front, which is the earliest of all.
    var earliestArrival: Instant? { isEmpty ? nil : arrivals[head] }

    mutating func append(at now: Instant) -> RequestID {
      arrivals.append(now)
      count += 1
      return RequestID(number: base + UInt64(arrivals.count - 1))
    }

    mutating func popFirst() -> (request: RequestID, arrival: Instant)? {
      guard !isEmpty, let arrival = arrivals[head] else { return nil }
      let request = RequestID(number: base + UInt64(head))
      vacate(head)
      return (request, arrival)
    }

    /// Takes a request out wherever it stands; false if it does not wait.
    mutating func remove(_ request: RequestID) -> Bool {
      guard request.number >= base else { return false }
      let place = Int(request.number - base)
      guard arrivals.indices.contains(place), arrivals[place] != nil else { return false }
      vacate(place)
      return true
    }

    private mutating func vacate(_ place: Int) {
      arrivals[place] = nil
      count -= 1
      if isEmpty {
        drop(arrivals.count)
      } else {
        while arrivals[head] == nil { head += 1 }
        // Amortised: as many places have been passed as are moved now.
        if head > 64, head > arrivals.count / 2 { drop(head) }
      }
    }

    private mutating func drop(_ places: Int) {
      arrivals.removeFirst(places)
      base += UInt64(places)
      head = 0
    }
  }
}
