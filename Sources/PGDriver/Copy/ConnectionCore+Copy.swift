import CLibPQ

// COPY in both directions: libpq manual, section 34.10, "Functions Associated with the COPY Command".
extension ConnectionCore {
  /// Sends a COPY statement; `advanceCopyStart` then says when data can go.
  func startCopy(_ sql: String) throws(PostgresError) {
    let handle = try ready()
    try Self.refuseZeroCharacter(in: sql)
    try send(script: sql, on: handle)
  }

  /// Waits for the server to agree; `finish` throws what it has against it.
  ///
  /// - Parameter direction: `copyingIn` or `copyingOut`: any other statement is misuse.
  func advanceCopyStart(_ direction: Phase) throws(PostgresError) -> Step {
    if isDroppingCopy || failure != nil { return try advance() }
    let handle = try open()
    if let readiness = try pump(handle) { return .wait(readiness) }
    while PQisBusy(handle) == 0 {
      guard let next = PQgetResult(handle) else {
        if PQstatus(handle) == CONNECTION_BAD { throw lost() }
        if failure == nil { failure = Self.notACopy(wasRun: true) }
        return .done
      }
      let copy = PostgresResult(next)
      switch (copy.status, direction) {
      case (PGRES_COPY_IN, .copyingIn), (PGRES_COPY_OUT, .copyingOut):
        result = copy
        phase = direction
        return .done
      case (PGRES_COPY_IN, _), (PGRES_COPY_OUT, _), (PGRES_COPY_BOTH, _):
        if failure == nil { failure = Self.notACopy(wasRun: false) }
        try refuseCopy(copy, on: handle)
        return try advance()
      default: take(copy)
      }
    }
    return .wait(.readable)
  }

  private static func notACopy(wasRun: Bool) -> PostgresError {
    PostgresError(
      .misuse,
      "The statement is no COPY in this direction: copyIn takes COPY … FROM STDIN, copyOut COPY … TO STDOUT."
        + (wasRun ? " It was run all the same." : ""))
  }

  /// Whether the COPY has begun: else `finish` tells why not.
  var isCopying: Bool {
    switch phase {
    case .copyingIn, .copyingOut: true
    default: false
    }
  }

  // MARK: In

  /// How much data libpq may be handed before it is flushed: it moves all that is unsent with each
  /// part that is.
  static var copyPiece: Int { 256 << 10 }

  /// Hands a piece of data to libpq, which keeps what the socket doesn't take.
  func putCopy(_ piece: UnsafeRawBufferPointer) throws(PostgresError) {
    let handle = try open()
    let bytes = piece.assumingMemoryBound(to: CChar.self)
    guard PQputCopyData(handle, bytes.baseAddress, Int32(bytes.count)) == 1 else {
      throw lostAfterReadingReason(handle)
    }
    mustFlush = true
  }

  /// Flushes what was put: back-pressure is to wait for this before more is put.
  func advanceCopyFlush() throws(PostgresError) -> Step {
    let handle = try open()
    if hasWaited {
      // An error ends the COPY on the server's side early; reading it keeps the server from blocking.
      guard PQconsumeInput(handle) == 1 else { throw lostAfterReadingReason(handle) }
    }
    switch PQflush(handle) {
    case 0:
      mustFlush = false
      hasWaited = false
      return .done
    case 1:
      hasWaited = true
      return .wait(.readableOrWritable)
    default: throw lostAfterReadingReason(handle)
    }
  }

  /// Hands over the piece of some data that begins at an offset, and moves the offset behind it; returns
  /// false at the end.
  ///
  /// The data has contiguous storage.
  func putPiece(of data: some Collection<UInt8>, at offset: inout Int) throws(PostgresError) -> Bool {
    let start = offset
    var end = start
    var failure: PostgresError?
    data.withContiguousStorageIfAvailable { bytes in
      end = min(start + Self.copyPiece, bytes.count)
      guard end > start else { return }
      do throws(PostgresError) {
        try putCopy(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start..<end]))
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    offset = end
    return end > start
  }

  /// Ends the data; then the reply is advanced to and finished like a script's.
  ///
  /// - Parameter reason: Why the COPY is to fail; nil if all data has been put.
  func endCopyIn(failing reason: String?) throws(PostgresError) {
    let handle = try open()
    let sent = reason.map { PQputCopyEnd(handle, $0) } ?? PQputCopyEnd(handle, nil)
    result = nil
    try begin(.runningScript, sent: sent)
    // The reply may have been read already, while data was flushed.
    hasWaited = true
  }

  // MARK: Out

  /// What a COPY out gives next.
  enum CopyOut {
    case wait(Readiness)
    case chunk([UInt8])
    /// All data was given; the reply is advanced to and finished like a script's.
    case end
  }

  /// Takes the next piece of data, a row in text format.
  func nextCopyChunk() throws(PostgresError) -> CopyOut {
    let handle = try open()
    var chunk: [UInt8] = []
    var taken = try takeReadCopyData(handle) { chunk = Array($0) }
    if case .noneRead = taken {
      if let readiness = try pump(handle) { return .wait(readiness) }
      taken = try takeReadCopyData(handle) { chunk = Array($0) }
    }
    return switch taken {
    case .taken: .chunk(chunk)
    case .noneRead: .wait(.readable)
    case .end: .end
    }
  }

  /// Takes all data to its end and drops it; returns whenever what was read has been gone through, as
  /// `dropStreamed` does.
  ///
  /// It is never copied: the optimiser frees the memory of an array that nothing reads before the
  /// memory is written.
  func dropCopyData() throws(PostgresError) -> Step {
    let handle = try open()
    if let readiness = try pump(handle) { return .wait(readiness) }
    while true {
      switch try takeReadCopyData(handle, { _ in }) {
      case .taken: continue
      case .noneRead: return .wait(.readable)
      case .end: return .done
      }
    }
  }

  private enum TakenCopyData {
    case taken
    /// Whether there is more, only another look at the socket tells.
    case noneRead
    case end
  }

  /// Gives the next piece of data that was read to `body`, in libpq's memory.
  private func takeReadCopyData(
    _ handle: OpaquePointer, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(PostgresError) -> TakenCopyData {
    var buffer: UnsafeMutablePointer<CChar>?
    let length = PQgetCopyData(handle, &buffer, 1)
    switch length {
    case 0: return .noneRead
    case 1...:
      defer { PQfreemem(buffer) }
      body(UnsafeRawBufferPointer(start: buffer, count: Int(length)))
      return .taken
    case -1:
      result = nil
      phase = .runningScript
      return .end
    default: throw lost()
    }
  }
}

// COPY where no data can be given or taken: in a query, or in a script.
extension ConnectionCore {
  /// Has the server give a COPY up, so that the command fails and the connection stays usable.
  func refuseCopy(_ copy: PostgresResult, on handle: OpaquePointer) throws(PostgresError) {
    let refusal = PostgresError(
      .misuse, "COPY can't be run as a query or in a script: use copyIn, copyRows or copyOut.")
    if failure == nil { failure = refusal }
    switch copy.status {
    case PGRES_COPY_IN:
      guard PQputCopyEnd(handle, "COPY was run as a query") == 1 else { throw lost() }
      mustFlush = true
    case PGRES_COPY_OUT:
      if cancelReason == nil { cancelReason = refusal }
      isDroppingCopy = true
    default:
      close()
      throw PostgresError(.misuse, "Replication can't be run as a query. The connection was closed.")
    }
  }
}

extension PostgresResult {
  /// Whether the connection is in the middle of a COPY.
  var isCopy: Bool {
    let status = status
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH
  }
}
