extension PoolStateMachine {
  /// Names one connection for its whole life; the slot is used again, the generation tells its users apart.
  struct ConnectionID: Hashable, Sendable {
    let slot: Int
    let generation: UInt64
  }

  /// Names one request for a connection; later requests have greater numbers.
  struct RequestID: Hashable, Sendable {
    let number: UInt64
  }

  /// Why a request gets no connection.
  enum Refusal: Hashable, Sendable {
    case timedOut
    case connectFailed
    case cancelled
    case closed
  }

  /// What the pool must do now; each is followed by the event in brackets.
  enum Action: Hashable, Sendable {
    /// Open a connection (`connected` or `connectFailed`).
    case connect(ConnectionID)
    /// Give a connection to the caller that asked (`release`, in the end).
    case handOut(ConnectionID, to: RequestID)
    /// Make a round trip to the server (`checked`).
    case check(ConnectionID)
    /// Undo what the last user left (`reset`).
    case reset(ConnectionID)
    /// Close a connection (`closed`).
    case close(ConnectionID)
    /// Tell the caller that asked that there is no connection.
    case refuse(RequestID, Refusal)
    /// Call `tick` at this instant or later, in place of any instant named before.
    case wake(at: Instant)
    /// The pool is closed: let those who wait for that go on.
    case finishClosing
  }

  /// A few actions in order; the first, most often the only one, needs no memory from the heap.
  struct Actions: Sequence, Sendable {
    private var first: Action?
    private var others: [Action] = []

    /// Collects what an event leads to; `react` appends to the actions.
    init(_ react: (inout Actions) -> Void) {
      react(&self)
    }

    /// The action, if it is the only one.
    var only: Action? { others.isEmpty ? first : nil }

    mutating func append(_ action: Action) {
      if first == nil {
        first = action
      } else {
        others.append(action)
      }
    }

    func makeIterator() -> Iterator {
      Iterator(first: first, others: others.makeIterator())
    }

    struct Iterator: IteratorProtocol {
      var first: Action?
      var others: IndexingIterator<[Action]>

      mutating func next() -> Action? {
        first.take() ?? others.next()
      }
    }
  }
}

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
