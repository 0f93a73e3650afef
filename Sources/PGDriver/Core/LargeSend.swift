import CLibPQ
import PGSystem

/// A large message on its way to the server, sent by a thread of its own that blocks.
///
/// A non-blocking PQflush moves all that is unsent to the front of its buffer whenever the socket takes a
/// part: the time grows with the square of the size. In blocking mode libpq moves nothing until all is sent
/// (`pqSendSome` in src/interfaces/libpq/fe-misc.c).
///
/// Sendable, unchecked: the connection is the thread's alone until the descriptor is readable.
final class LargeSend: @unchecked Sendable {
  /// From which size on a message is sent in this way: far more than a socket takes at once, and so much that
  /// starting a thread takes no time beside it.
  static let threshold = 1 << 20

  /// Readable once the message was sent, or can't be.
  let descriptor: Int32
  private let writeEnd: Int32
  private let outcome = Condition<Int32?>(nil)

  /// Begins to send.
  ///
  /// - Parameter send: Calls one of libpq's functions, and returns what that does: 1 if the
  ///   command was taken.
  init(on handle: OpaquePointer, _ send: @escaping (OpaquePointer) -> Int32) throws(PostgresError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .lastSystemError("A large message can't be sent") }
    (descriptor, writeEnd) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    // Handed over with the connection: the caller touches neither before the descriptor is readable.
    nonisolated(unsafe) let handle = handle
    nonisolated(unsafe) let send = send
    try DriverThread.start("pgdriver-send") { [self] in
      var sent: Int32 = 0
      if PQsetnonblocking(handle, 0) == 0 {
        sent = send(handle)
        // What fails here is told by the next call on the connection.
        while sent == 1, PQflush(handle) == 1 {}
        _ = PQsetnonblocking(handle, 1)
      }
      outcome.change(wakingAll: true) { $0 = sent }
      var byte: UInt8 = 1
      _ = write(writeEnd, &byte, 1)
    }
  }

  deinit {
    close(descriptor)
    close(writeEnd)
  }

  /// What the function returned; nil while the thread is at it.
  var sent: Int32? { outcome.change { $0 } }

  /// Breaks the connection, and waits until the thread has let go of it.
  func abort(_ socket: Int32) {
    if sent == nil { shutdown(socket, Int32(SHUT_RDWR)) }
    outcome.wait { $0 == nil ? nil : () }
  }
}

extension ConnectionCore {
  /// Has a large command sent by a thread of its own.
  ///
  /// - Parameter bytes: Roughly how large it is.
  /// - Parameter send: Hands the command to libpq; runs on that thread.
  func beginLarge(
    _ phase: Phase, bytes: Int, _ send: @escaping (OpaquePointer) -> Int32
  ) throws(PostgresError) {
    largeSend = try LargeSend(on: try open(), send)
    noteMessage(of: bytes)
    self.phase = phase
    hasWaited = false
  }

  /// Takes note of what became of a large message; returns what to wait for if it isn't sent yet.
  func advanceLargeSend() throws(PostgresError) -> Readiness? {
    guard let sent = largeSend?.sent else { return .readable }
    // Its descriptor's number may be the next one's.
    willClose?()
    largeSend = nil
    guard sent == 1 else { throw notSent() }
    // The answer may have been read already, while the rest was sent.
    (mustFlush, hasWaited) = (true, true)
    return nil
  }
}
