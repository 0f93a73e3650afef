/// Bytes on their way: each piece comes out a fixed time after it went in, in the same order, and so does the
/// end.
///
/// As on a long cable, any number of pieces is on the way at once; a pause for each would limit the
/// bandwidth. Instants are nanoseconds of any clock that is never set back.
struct DelayLine {
  private struct Piece {
    var bytes: [UInt8]
    let due: Int
  }

  /// Nanoseconds on the way.
  let delay: Int
  /// How much may be on the way before nothing more should be put in, in bytes.
  let capacity: Int
  /// How many bytes are on the way.
  private(set) var count = 0

  /// Those before `next` are out.
  private var pieces: [Piece] = []
  private var next = 0
  /// How many bytes of the next piece are out.
  private var taken = 0
  private var endDue: Int?

  /// What a piece costs beyond its bytes, about: many small ones must not outgrow the capacity either.
  static let pieceOverhead = 64

  init(delay: Int, capacity: Int = 64 << 20) {
    self.delay = delay
    self.capacity = capacity
  }

  /// Whether as much is on the way as may be.
  var isFull: Bool { count + (pieces.count - next) * Self.pieceOverhead >= capacity }

  /// Whether the end was put in; nothing comes after it.
  var isEnded: Bool { endDue != nil }

  /// The instant at which the next piece, or the end, is due; nil if nothing is on the way.
  var nextDue: Int? { next < pieces.count ? pieces[next].due : endDue }

  /// Puts a piece in.
  mutating func push(_ bytes: some Collection<UInt8>, at now: Int) {
    guard !bytes.isEmpty, !isEnded else { return }
    pieces.append(Piece(bytes: Array(bytes), due: now + delay))
    count += bytes.count
  }

  /// Puts the end in.
  mutating func end(at now: Int) {
    endDue = endDue ?? now + delay
  }

  /// Hands out what is due.
  ///
  /// - Parameter sink: Given bytes, returns how many of them it took.
  /// - Returns: Whether everything that is due was taken.
  mutating func deliver(at now: Int, to sink: (UnsafeRawBufferPointer) -> Int) -> Bool {
    while next < pieces.count, pieces[next].due <= now {
      let left = pieces[next].bytes.count - taken
      let accepted = pieces[next].bytes.withUnsafeBytes {
        sink(UnsafeRawBufferPointer(rebasing: $0[taken...]))
      }
      count -= accepted
      guard accepted == left else {
        taken += accepted
        return false
      }
      dropFirst()
    }
    return true
  }

  /// Whether everything is out and the end is due.
  func endIsDue(at now: Int) -> Bool {
    guard next == pieces.count, let endDue else { return false }
    return endDue <= now
  }

  /// Drops what is on the way, but not the end.
  mutating func removeAll() {
    pieces = []
    (next, taken, count) = (0, 0, 0)
  }

  private mutating func dropFirst() {
    taken = 0
    pieces[next].bytes = []
    next += 1
    if next == pieces.count {
      pieces.removeAll(keepingCapacity: pieces.capacity <= 1024)
      next = 0
    } else if next >= 1024, next * 2 >= pieces.count {
      pieces.removeFirst(next)
      next = 0
    }
  }
}
