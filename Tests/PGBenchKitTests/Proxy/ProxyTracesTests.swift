import PGDriver
import PGServer
import PGSystem
import PGTestSupport
import Testing

@testable import PGBenchKit

#if os(Linux)

  /// In a process of their own, since other tests open and close descriptors too.
  @Suite("What a proxy leaves", .paced, .timeLimit(.minutes(5)))
  struct ProxyTracesTests {
    @Test("is neither thread nor descriptor, after 50 of them")
    func traces() async throws {
      let database = try await SharedServer.server().database(for: .empty)
      let parameters = database.configuration.parameters
      await #expect(processExitsWith: .success) { [parameters = parameters as [String: String]] in
        let configuration = PostgresConfiguration(parameters: parameters)
        try SyncConnection.connect(to: configuration).close()
        let before = Self.traces
        for number in 0..<50 {
          let proxy = try RoundTripProxy(
            to: configuration, roundTrip: RoundTrip(duration: .milliseconds(1)))
          let connection = try SyncConnection.connect(to: proxy.configuration(for: configuration))
          if number % 2 == 0 { connection.close() }
          proxy.close()
          connection.close()
        }
        _ = await eventually { Self.traces == before }
        #expect(Self.traces == before)
      }
      try await database.drop()
    }

    @Test("when its process is killed is swept by the next server's start")
    func swept() async throws {
      let result = await #expect(processExitsWith: .signal(SIGKILL), observing: [\.standardOutputContent]) {
        let proxy = try RoundTripProxy(
          to: PostgresConfiguration(host: "/nowhere"), roundTrip: RoundTrip(duration: .milliseconds(1)))
        let line = "\nFOLDER \(try #require(proxy.configuration(for: PostgresConfiguration()).host))\n"
        _ = write(STDOUT_FILENO, line, line.utf8.count)
        kill(getpid(), SIGKILL)
      }
      let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("FOLDER ") })
      let folder = String(line.dropFirst("FOLDER ".count))
      let next = try await ThrowawayServer.start()
      // Another test's start may be sweeping it at this moment.
      let isGone = await eventually { access(folder, F_OK) != 0 }
      #expect(isGone)
      await next.stop()
    }

    @Test("to others is the CPU while nothing is due, whoever has hung up")
    func idle() async throws {
      await #expect(processExitsWith: .success) {
        let block = [UInt8](repeating: 7, count: 1 << 20)
        for hangUp in [
          { _ in },
          { _ = shutdown($0, Int32(SHUT_WR)) },
          { UnixSocket.close($0) },
          // Nobody reads what is there, more than is kept.
          {
            _ = fcntl($0, F_SETFL, O_NONBLOCK)
            for _ in 0..<1000 {
              if write($0, block, block.count) < 0 { usleep(1000) }
            }
            UnixSocket.close($0)
          },
        ] as [(Int32) -> Void] {
          try ProxyPairTests.withPair { client, _ in
            hangUp(client)
            usleep(100_000)
            let before = Self.ticks
            usleep(500_000)
            // A hundred a second.
            #expect(Self.ticks - before < 10)
          }
        }
      }
    }

    /// The time that proxies' threads have used, in hundredths of a second: utime and stime (proc_pid_stat(5)).
    private static var ticks: Int {
      threads.reduce(0) { sum, thread in
        let fields = (FileProbe.machine.text("/proc/self/task/\(thread)/stat") ?? "").split(separator: " ")
        return sum + fields.dropFirst(13).prefix(2).reduce(0) { $0 + (Int($1) ?? 0) }
      }
    }

    private static var threads: [String] {
      FileProbe.machine.names("/proc/self/task")
        .filter { FileProbe.machine.text("/proc/self/task/\($0)/comm") == "pgbench-proxy\n" }
    }

    private static var traces: [Int] {
      return [threads.count, FileProbe.machine.names("/proc/self/fd").count]
    }
  }
#endif
