import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

@testable import PGBenchKit

#if os(Linux)

  /// On Linux, where the two can be told apart.
  ///
  /// The limit is one of waiting for a turn as well.
  @Suite("A proxy's pair of sockets", .paced, .timeLimit(.minutes(5)))
  struct ProxyPairTests {
    @Test("passes on that a side said its last byte, after that byte, and lets the other answer")
    func halfClose() throws {
      try Self.withPair { client, server in
        #expect(write(client, "question", 8) == 8)
        shutdown(client, Int32(SHUT_WR))
        #expect(Self.text(from: server) == "question")
        #expect(write(server, "answer", 6) == 6)
        shutdown(server, Int32(SHUT_WR))
        #expect(Self.text(from: client) == "answer")
      }
    }

    @Test("delivers what a side said before it closed")
    func close() throws {
      try Self.withPair { client, server in
        let words = String(repeating: "last words", count: 10_000)
        #expect(write(client, words, words.utf8.count) == words.utf8.count)
        UnixSocket.close(client)
        #expect(Self.text(from: server) == words)
        // The other way is closed, too: at first it may take a byte, for the news travel no faster than the bytes.
        let deadline = ContinuousClock.now + Slowness.limit
        var failure: Int32 = 0
        while failure == 0, ContinuousClock.now < deadline {
          if send(server, "?", 1, Int32(MSG_NOSIGNAL)) < 0 { failure = errno }
          usleep(1000)
        }
        #expect(failure == EPIPE)
      }
    }

    @Test("takes no more than its capacity while the other side doesn't read, and delivers all of it then")
    func capacity() throws {
      try Self.withPair { client, server in
        let piece = (0..<65_536).map { UInt8($0 % 251) }
        _ = fcntl(client, F_SETFL, O_NONBLOCK)
        var (written, lastProgress) = (0, ContinuousClock.now)
        while ContinuousClock.now - lastProgress < .seconds(1) * Slowness.factor {
          let from = written % piece.count
          let count = piece.withUnsafeBytes { write(client, $0.baseAddress! + from, $0.count - from) }
          if count > 0 {
            written += count
            lastProgress = .now
          } else {
            usleep(1000)
          }
        }
        // The kernel's buffers hold some, too.
        #expect((64 << 20)...(72 << 20) ~= written)
        UnixSocket.close(client)
        var read = 0
        var isIntact = true
        Self.read(from: server) { bytes in
          for byte in bytes {
            isIntact = isIntact && byte == piece[read % piece.count]
            read += 1
          }
        }
        #expect(read == written)
        #expect(isIntact)
      }
    }

    /// Calls `body` with a client's blocking socket to a proxy, and the one that the proxy has brought it to.
    static func withPair(_ body: (_ client: Int32, _ server: Int32) throws -> Void) throws {
      let folder = try SocketFolder(socketNamed: ".s.PGSQL.5432")
      defer { folder.remove() }
      let listener = UnixSocket.listening(at: folder.socket)
      defer { UnixSocket.close(listener) }
      let proxy = try RoundTripProxy(
        to: PostgresConfiguration(host: folder.path, port: 5432),
        roundTrip: RoundTrip(duration: .milliseconds(10)))
      defer { proxy.close() }
      let distant = try ServerSocket(of: proxy.configuration(for: PostgresConfiguration()))
      let client = UnixSocket.connected(to: distant.path)
      _ = fcntl(listener, F_SETFL, 0)
      let server = accept(listener, nil, nil)
      try #require(client >= 0 && server >= 0)
      _ = fcntl(client, F_SETFL, 0)
      try body(client, server)
      UnixSocket.close(server)
    }

    /// All that comes before the end.
    private static func text(from socket: Int32) -> String {
      var bytes: [UInt8] = []
      read(from: socket) { bytes += $0 }
      return String(decoding: bytes, as: UTF8.self)
    }

    private static func read(from socket: Int32, _ body: (ArraySlice<UInt8>) -> Void) {
      var piece = [UInt8](repeating: 0, count: 65_536)
      while true {
        #if canImport(Glibc)
          let count = Glibc.read(socket, &piece, piece.count)
        #else
          let count = Musl.read(socket, &piece, piece.count)
        #endif
        guard count > 0 else { break }
        body(piece[..<count])
      }
    }
  }
#endif
