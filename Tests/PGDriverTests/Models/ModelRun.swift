import PGDriver
import PGSystem

/// Runs a whole program on one of the drivers.
struct ModelRun {
  let driver: TestDriver
  let program: ModelProgram
  let world: ModelWorld

  /// What the driver did that it mustn't; stops at the first item with such a thing.
  func violations() async throws -> [String] {
    try await world.clear()
    var configuration = world.configuration
    configuration.statementCacheSize = program.statementCacheSize
    if let loop = try driver.loop {
      try await runAsync(configuration, on: loop)
    } else {
      try await driver.run { try await runSync(configuration) }
    }
    return world.model.withLock { $0.violations }
  }

  /// Whether the program can't go on.
  private var isOver: Bool { world.model.withLock { !$0.violations.isEmpty } }

  private func poolConfiguration(_ size: Int) -> PoolConfiguration {
    PoolConfiguration(maximumSize: size, reset: .rollback)
  }

  // MARK: The asynchronous driver

  private func runAsync(_ configuration: PostgresConfiguration, on loop: EventLoop) async throws {
    switch program.holder {
    case .connection:
      var connection = try await AsyncConnection.connect(to: configuration, on: loop)
      for item in program.items where !isOver {
        if connection.isClosed { connection = try await AsyncConnection.connect(to: configuration, on: loop) }
        let held = connection
        try await run(item) { await run(item, on: held) }
      }
      await connection.close()
    case .pool(let size):
      let pool = try AsyncPool(configuration, poolConfiguration(size), on: loop)
      for item in program.items where !isOver {
        try await run(item) { try await pool.withConnection { await run(item, on: $0) } }
      }
      await pool.close()
    }
  }

  /// Runs an item in a task of its own, with what disturbs it from outside, and compares.
  private func run(
    _ item: ModelProgram.Item, _ body: @escaping @Sendable () async throws -> (Int32, isClosed: Bool)
  ) async throws {
    world.model.withLock {
      $0.beginItem()
      $0.mayBeCancelled = item.cancelAfter != nil
    }
    let task = Task { try await body() }
    if let delay = item.cancelAfter {
      try await Task.sleep(for: .microseconds(delay))
      task.cancel()
    }
    do {
      let (backend, isClosed) = try await task.value
      world.model.withLock { $0.handBack() }
      try await world.compare(after: backend, isClosed: isClosed)
    } catch is CancellationError {
      // The task got no connection.
      try await world.compare(after: 0, isClosed: false)
    }
  }

  private func run(_ item: ModelProgram.Item, on connection: AsyncConnection) async -> (Int32, isClosed: Bool)
  {
    let backend = connection.backendProcessID
    let terminator = terminator(of: backend, after: item.terminateAfter)
    let session = AsyncModelSession(world: world)
    do {
      if item.leavesOpen {
        try await connection.execute("BEGIN")
        world.model.withLock { $0.succeeded(.begin) }
      }
      try await session.run(item.steps, on: connection)
    } catch {}
    await terminator?.value
    let isClosed = connection.isClosed
    if !item.leavesOpen { world.checkRest(connection.transactionStatus, isClosed: isClosed) }
    return (backend, isClosed)
  }

  private func terminator(of backend: Int32, after delay: Int?) -> Task<Void, Never>? {
    guard let delay else { return nil }
    world.model.withLock { $0.mayBeLost = true }
    return Task.detached { [world] in
      try? await Task.sleep(for: .microseconds(delay))
      try? await world.terminate(backend)
    }
  }

  // MARK: The blocking driver

  private func runSync(_ configuration: PostgresConfiguration) async throws {
    switch program.holder {
    case .connection:
      var connection = try SyncConnection.connect(to: configuration)
      for item in program.items where !isOver {
        if connection.isClosed { connection = try SyncConnection.connect(to: configuration) }
        try await run(item, on: connection)
      }
      connection.close()
    case .pool(let size):
      let pool = try SyncPool(configuration, poolConfiguration(size))
      for item in program.items where !isOver {
        let terminators = Recorder<Task<Void, Never>>()
        let (backend, isClosed) = try pool.withConnection { runSteps(item, on: $0, terminators) }
        for terminator in terminators.elements { await terminator.value }
        world.model.withLock { $0.handBack() }
        try await world.compare(after: backend, isClosed: isClosed)
      }
      pool.close()
    }
  }

  private func run(_ item: ModelProgram.Item, on connection: SyncConnection) async throws {
    let terminators = Recorder<Task<Void, Never>>()
    let (backend, isClosed) = runSteps(item, on: connection, terminators)
    for terminator in terminators.elements { await terminator.value }
    try await world.compare(after: backend, isClosed: isClosed)
  }

  private func runSteps(
    _ item: ModelProgram.Item, on connection: SyncConnection, _ terminators: Recorder<Task<Void, Never>>
  ) -> (Int32, isClosed: Bool) {
    world.model.withLock { $0.beginItem() }
    let backend = connection.backendProcessID
    if let task = terminator(of: backend, after: item.terminateAfter) { terminators.note(task) }
    let session = SyncModelSession(world: world)
    do {
      if item.leavesOpen {
        try connection.execute("BEGIN")
        world.model.withLock { $0.succeeded(.begin) }
      }
      try session.run(item.steps, on: connection)
    } catch {}
    if !item.leavesOpen { world.checkRest(connection.transactionStatus, isClosed: connection.isClosed) }
    return (backend, connection.isClosed)
  }
}
