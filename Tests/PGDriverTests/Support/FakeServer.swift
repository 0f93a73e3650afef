import PGDriver
import PGSystem

/// A Unix socket in a folder of its own that speaks as a test says, for what PostgreSQL never would.
final class FakeServer: Sendable {
  var folder: String { socket.folder }
  private let socket: SilentServer
  private let isStopped = Lock(false)

  /// - Parameter serve: Called with each connection, on a thread of its own; the connection is closed when it
  ///   returns.
  init(_ serve: @escaping @Sendable (Conversation) -> Void) throws {
    socket = try SilentServer()
    try OSThread.start("fake server") { [socket, isStopped] in
      while !isStopped.withLock({ $0 }) {
        var listener = pollfd(fd: socket.listener, events: Int16(POLLIN), revents: 0)
        guard poll(&listener, 1, 20) > 0 else { continue }
        let client = accept(socket.listener, nil, nil)
        guard client >= 0 else { continue }
        let conversation = Conversation(socket: client)
        do {
          try OSThread.start("fake backend") {
            serve(conversation)
            close(client)
          }
        } catch {
          close(client)
        }
      }
    }
  }

  deinit {
    isStopped.withLock { $0 = true }
    // The process may end before the thread does.
    socket.remove()
  }

  /// One connection, seen from the server.
  struct Conversation: Sendable {
    fileprivate let socket: Int32

    /// Reads what the client has sent, and waits for it; false at the end.
    @discardableResult
    func receive() -> Bool {
      var buffer = [UInt8](repeating: 0, count: 65_536)
      return recv(socket, &buffer, buffer.count, 0) > 0
    }

    /// Sends bytes; false if the client is gone.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes { Self.send(socket, $0[sent...]) }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }

    /// Reads nothing, and lets the client wait until it goes, or for as long as a test must not take.
    func fallSilent() {
      var client = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      for _ in 0..<1_000 where client.revents == 0 {
        if poll(&client, 1, 20) > 0, receive() { client.revents = 0 }
      }
    }

    private static func send(_ socket: Int32, _ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
      let bytes = UnsafeRawBufferPointer(rebasing: bytes)
      #if canImport(Darwin)
        var on: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
        return Darwin.send(socket, bytes.baseAddress, bytes.count, 0)
      #elseif canImport(Glibc)
        return Glibc.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      #else
        return Musl.send(socket, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      #endif
    }
  }

  // MARK: PostgreSQL manual, section 55.7, "Message Formats"

  static let authenticationOk = message("R", [0, 0, 0, 0])
  static let readyForQuery = message("Z", Array("I".utf8))
  static let backendKeyData = message("K", [0, 0, 0, 1, 0, 0, 0, 1])

  static func parameterStatus(_ name: String, _ value: String) -> [UInt8] {
    message("S", Array(name.utf8) + [0] + Array(value.utf8) + [0])
  }

  /// An ErrorResponse, or a NoticeResponse if its type is "N", with fields such as "MNo room.".
  static func response(_ type: Character = "E", _ fields: String...) -> [UInt8] {
    message(type, fields.flatMap { Array($0.utf8) + [0] } + [0])
  }

  private static func message(_ type: Character, _ body: [UInt8]) -> [UInt8] {
    let length = UInt32(body.count + 4)
    return Array("\(type)".utf8) + withUnsafeBytes(of: length.bigEndian) { Array($0) } + body
  }
}

/// A Unix socket in a folder of its own that listens and never answers.
final class SilentServer: Sendable {
  let folder: String
  private let socketPath: String
  let listener: Int32

  init() throws {
    var template = Array("/tmp/pgdriver-silent-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw PostgresError(.system, "mkdtemp failed: \(errno)") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    socketPath = folder + "/.s.PGSQL.5432"
    listener = socket(AF_UNIX, Self.stream, 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard listener >= 0, bound == 0, listen(listener, 4096) == 0 else {
      throw PostgresError(.system, "No listening socket: \(errno)")
    }
  }

  deinit {
    close(listener)
    remove()
  }

  /// Takes the socket's name away; who is connected stays so.
  func remove() {
    unlink(socketPath)
    rmdir(folder)
  }

  #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
  #else
    private static let stream = SOCK_STREAM
  #endif
}
