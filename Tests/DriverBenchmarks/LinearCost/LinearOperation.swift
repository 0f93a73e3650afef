/// What is sent or received, in an amount that grows.
enum LinearOperation: String, Codable, CaseIterable, Sendable {
  case parameter = "one parameter"
  case script = "text of a script"
  case pipeline = "pipeline of 200 kB statements"
  case executeMany = "executeMany of 1 kB rows"
  case copyInPieces = "copyIn in pieces of 64 kB"
  case copyInWhole = "copyIn in one write"
  case copyRows = "copyRows of 1 kB rows"
  case copyRow = "copyRows of one row"
  case copyOut = "copyOut of 1 kB rows"
  case rows = "query of 1 kB rows"
  case value = "query of one value"
  case stream = "withRows of 1 kB rows"
  case notifications = "notifications of 7 kB"
  case notices = "notices of 7 kB"

  /// How large a part is, if the operation has parts, in bytes.
  var part: Int {
    switch self {
    case .parameter, .copyInWhole, .copyRow, .value: 1
    case .script: 1_000_000
    case .pipeline: 200_000
    case .executeMany, .copyRows, .copyOut, .rows, .stream: 1000
    case .copyInPieces: 64_000
    case .notifications, .notices: 7000
    }
  }

  /// How many parts come to so many megabytes of 1,000,000 bytes.
  func parts(megabytes: Int) -> Int { megabytes * 1_000_000 / part }

  /// How much memory above the start may be taken at a time, for the amount.
  ///
  /// What the caller passes in was made before the start, and isn't in these figures.
  var memoryBound: MemoryBound {
    switch self {
    // The encoded value in the driver's buffer, and the message in libpq's. Both buffers grow by doubling, but
    // what of them isn't written takes no memory. One byte per byte is left for a move to another place.
    case .parameter: .perByte(3)
    // The message in libpq's buffer, and libpq's copy of the text, which it keeps while the command runs.
    case .script: .perByte(3)
    // An outcome for each row of 1 kB: libpq's result of a row takes 3.3 kB, in a block of 2 kB for values and a place
    // for 128 rows; the query, the message and the objects around it take some 400 bytes.
    case .executeMany: .perByte(5)
    // The row in the driver's buffer; libpq is given pieces of 256 kB.
    case .copyRow: .perByte(2)
    // libpq's result has blocks of 2 kB, of which two rows of 1 kB fill most, and 8 bytes for each row.
    case .rows: .perByte(2)
    // The message in libpq's buffer, the value in its result, and the array that it is decoded to.
    case .value: .perByte(4)
    // The rest streams: some buffers of 256 kB, libpq's own, and what the server is ahead.
    case .pipeline, .copyInPieces, .copyInWhole, .copyRows, .copyOut, .stream, .notifications, .notices:
      .constant
    }
  }
}

/// How much memory an operation may take above what was taken before it.
enum MemoryBound {
  /// So many bytes per byte, where all is held, and the constant beside it.
  case perByte(Double)
  /// No more than `allowance`, whatever the amount.
  case constant

  /// In megabytes: buffers, the allocator's slack, and code that is run for the first time.
  static let allowance = 64.0

  /// In megabytes.
  func limit(megabytes: Int) -> Double {
    switch self {
    case .perByte(let factor): factor * Double(megabytes) + Self.allowance
    case .constant: Self.allowance
    }
  }
}
