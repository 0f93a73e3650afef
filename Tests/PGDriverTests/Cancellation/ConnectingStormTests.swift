import PGDriver
import PGTestSupport
import Testing

/// Connecting, and getting a connection from a pool, cancelled at random moments.
@Suite("A connection that is cancelled before it is there", .paced, .timeLimit(.minutes(60)))
struct ConnectingStormTests {
  private func configuration() async throws -> (PostgresConfiguration, name: String) {
    let name = "pgdriver storm \(UInt32.random(in: .min ... .max))"
    return (try await SharedDatabase.configuration(applicationName: name), name)
  }

  private static var silent: (SilentServer, PostgresConfiguration) {
    get throws {
      let server = try SilentServer()
      return (server, PostgresConfiguration(host: server.folder, port: 5432, user: "u", database: "d"))
    }
  }

  /// Cancels a call after a random pause, and tells whether it said so.
  ///
  /// - Parameter rest: Called after every fiftieth round.
  private func storm(
    _ name: String, upTo longest: Duration, saying isCancellation: (any Error) -> Bool,
    rest: () async throws -> Void = {}, _ call: @escaping @Sendable () async throws -> Void
  ) async throws {
    var tally = StormTally(name)
    var delay = StormDelay()
    for round in 1...StormTally.rounds {
      let task = Task { try await call() }
      try await Task.sleep(for: delay.upTo(longest))
      let moment = ContinuousClock.now
      task.cancel()
      let result = await task.result
      let time = ContinuousClock.now - moment
      try #require(time < StormTally.limit, "round \(round)")
      if case .failure(let error) = result { try #require(isCancellation(error), "round \(round): \(error)") }
      var isCancelled = false
      if case .failure = result { isCancelled = true }
      tally.note(time, isCancelled: isCancelled)
      if round.isMultiple(of: 50) { try await rest() }
    }
    tally.report()
  }

  private static func saysCancelled(_ error: any Error) -> Bool {
    (error as? PostgresError)?.code == .cancelled
  }

  @Test("to a server leaves no backend behind", arguments: EventLoop.Backend.allCases)
  func server(backend: EventLoop.Backend) async throws {
    let (configuration, name) = try await configuration()
    let loop = try TestDriver.async(backend).loop
    func requireNoneLeft() async throws {
      try #require(try await eventually { try await SharedDatabase.backends(applicationName: name) == 0 })
    }
    // The server takes connections more slowly than they are given up, and refuses them when too many wait (listen(2)).
    try await storm(
      "connect, \(backend)", upTo: .milliseconds(8), saying: Self.saysCancelled, rest: requireNoneLeft
    ) {
      let connection = try await AsyncConnection.connect(to: configuration, on: loop)
      await connection.close()
    }
    try await requireNoneLeft()
  }

  /// The time-out only ends the test of a driver that doesn't heed the cancellation.
  @Test("to a host that never answers ends at once", arguments: EventLoop.Backend.allCases)
  func silentHost(backend: EventLoop.Backend) async throws {
    var (server, configuration) = try Self.silent
    configuration.parameters["connect_timeout"] = "6"
    let (destination, loop) = (configuration, try TestDriver.async(backend).loop)
    try await storm(
      "connect to a silent host, \(backend)", upTo: .milliseconds(3), saying: Self.saysCancelled
    ) {
      await (try AsyncConnection.connect(to: destination, on: loop)).close()
      throw WrongResult(description: "connected to a silent host")
    }
    withExtendedLifetime(server) {}
  }

  @Test("by a pool whose only connection is in use ends at once", arguments: EventLoop.Backend.allCases)
  func poolInUse(backend: EventLoop.Backend) async throws {
    let (configuration, _) = try await configuration()
    let pool = try AsyncPool(
      configuration, PoolConfiguration(maximumSize: 1), on: TestDriver.async(backend).loop)
    try await pool.withConnection { _ in
      try await storm("pool in use, \(backend)", upTo: .milliseconds(1), saying: { $0 is CancellationError })
      {
        try await pool.withConnection { _ in throw WrongResult(description: "got a connection in use") }
      }
    }
    #expect(try await pool.withConnection { try await $0.query("SELECT 1").numbers() } == [1])
    #expect(pool.statistics.waiting == 0)
    await pool.close()
  }

  @Test("by a pool before a host that never answers ends at once", arguments: EventLoop.Backend.allCases)
  func poolBeforeSilentHost(backend: EventLoop.Backend) async throws {
    let (server, configuration) = try Self.silent
    let pool = try AsyncPool(
      configuration, PoolConfiguration(maximumSize: 2, closeTimeout: .zero),
      on: TestDriver.async(backend).loop)
    try await storm(
      "pool before a silent host, \(backend)", upTo: .milliseconds(1), saying: { $0 is CancellationError }
    ) {
      try await pool.withConnection { _ in throw WrongResult(description: "connected to a silent host") }
    }
    #expect(pool.statistics.waiting == 0)
    await pool.close()
    withExtendedLifetime(server) {}
  }

  @Test("or while it is used goes back to its pool usable", arguments: EventLoop.Backend.allCases)
  func poolUse(backend: EventLoop.Backend) async throws {
    let (configuration, _) = try await configuration()
    let pool = try AsyncPool(
      configuration, PoolConfiguration(maximumSize: 2), on: TestDriver.async(backend).loop)
    try await storm(
      "use of a pool, \(backend)", upTo: .milliseconds(5),
      saying: { $0 is CancellationError || Self.saysCancelled($0) }
    ) {
      try await pool.withConnection { connection in
        try await connection.transaction { connection in
          let number = Int.random(in: 0..<1_000_000)
          let rows = try await connection.query("SELECT \(number), pg_sleep(0.001)")
          try WrongResult.check(rows.numbers(), [number])
        }
      }
    }
    for number in 0..<10 {
      let found = try await pool.withConnection { try await $0.query("SELECT \(number)").numbers() }
      #expect(found == [number])
    }
    #expect(await eventually { pool.statistics.leased == 0 && pool.statistics.waiting == 0 })
    #expect(pool.statistics.broken == 0)
    await pool.close()
  }
}
