import PGDriver
import PGTestSupport
import Testing

@testable import PGBenchKit

#if os(Linux)
  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Musl)
    import Musl
  #endif

  /// On Linux, where the two can be told apart.
  @Suite("A proxy's pair of sockets", .paced, .timeLimit(.minutes(1)))
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
        let deadline = ContinuousClock.now + .seconds(10)
        var failure: Int32 = 0
        while failure == 0, ContinuousClock.now < deadline {
          if send(server, "?", 1, Int32(MSG_NOSIGNAL)) < 0 { failure = errno }
          usleep(1000)
        }
        #expect(failure == EPIPE)
      }
    }

    /// Calls `body` with a client's blocking socket to a proxy, and the one that the proxy has brought it to.
    private static func withPair(_ body: (_ client: Int32, _ server: Int32) throws -> Void) throws {
      let folder = try ProxyFolder(port: 5432)
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
      var piece = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = read(socket, &piece, piece.count)
        guard count > 0 else { break }
        bytes += piece[..<count]
      }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// In a process of their own, since other tests open and close descriptors too.
  @Suite("A proxy's thread and descriptors", .paced, .timeLimit(.minutes(5)))
  struct ProxyTracesTests {
    @Test("are gone with each of 50 proxies")
    func traces() async throws {
      let database = try await SharedServer.server().database(for: .empty)
      let parameters = database.configuration.parameters
      await #expect(processExitsWith: .success) { [parameters = parameters as [String: String]] in
        let configuration = PostgresConfiguration(parameters: parameters)
        try SyncConnection(configuration).close()
        let before = Self.traces
        for number in 0..<50 {
          let proxy = try RoundTripProxy(
            to: configuration, roundTrip: RoundTrip(duration: .milliseconds(1)))
          let connection = try SyncConnection(proxy.configuration(for: configuration))
          if number % 2 == 0 { connection.close() }
          proxy.close()
          connection.close()
        }
        let deadline = ContinuousClock.now + .seconds(10)
        while Self.traces != before, ContinuousClock.now < deadline {
          try await Task.sleep(for: .milliseconds(5))
        }
        #expect(Self.traces == before)
      }
      try await database.drop()
    }

    private static var traces: [Int] {
      let threads = FileProbe.machine.names("/proc/self/task")
        .filter { FileProbe.machine.text("/proc/self/task/\($0)/comm") == "pgbench-proxy\n" }
      return [threads.count, FileProbe.machine.names("/proc/self/fd").count]
    }
  }
#endif
