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

  /// What the pool must do now; each is answered by the event in brackets.
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
