import PGDriver
import PGSystem

/// Runs a program's steps on an asynchronous connection, and tells the model what came of each.
struct AsyncModelSession: Sendable {
  let world: ModelWorld

  func run(_ steps: [ModelProgram.Step], on connection: AsyncConnection) async throws {
    for step in steps {
      do {
        try await perform(step.action, on: connection)
      } catch {
        guard step.isSwallowed else { throw error }
      }
    }
  }

  private func perform(_ action: ModelProgram.Action, on connection: AsyncConnection) async throws {
    switch action {
    case .insert(let numbers, let way):
      try await tell(.insert(numbers)) { try await insert(numbers, way, on: connection) }
    case .fail(let failure, let numbers, let way):
      try await tell(.none) { try await fail(failure, numbers, way, on: connection) }
    case .own(let own, let asQuery):
      try await tell(.own(own)) {
        if asQuery {
          _ = try await connection.query(PostgresQuery(sql: own.sql))
        } else {
          try await connection.execute(own.sql)
        }
      }
    case .scope(let scope): try await run(scope, on: connection)
    case .terminate:
      world.model.withLock { $0.mayBeLost = true }
      let backend = connection.backendProcessID
      // Whatever has become of this task.
      try await Task.detached { try await world.terminate(backend) }.value
    case .cancel:
      world.model.withLock { $0.mayBeCancelled = true }
      withUnsafeCurrentTask { $0?.cancel() }
    }
  }

  private func tell(
    _ effect: TransactionModel.Effect, _ statement: () async throws -> Void
  ) async throws {
    do {
      try await statement()
      world.model.withLock { $0.succeeded(effect) }
    } catch {
      world.model.withLock { $0.failed(effect, error) }
      throw error
    }
  }

  private func run(_ scope: ModelProgram.Scope, on connection: AsyncConnection) async throws {
    var token: TransactionModel.Token?
    var end = TransactionModel.BodyEnd.notRun
    do {
      try await connection.transaction { connection in
        token = world.model.withLock { $0.enter(scope.id) }
        do {
          try await run(scope.steps, on: connection)
          if scope.throwsAtEnd { throw ModelStop(scope: scope.id) }
        } catch {
          end = .threw(error)
          throw error
        }
        end = .returned(isCancelled: Task.isCancelled)
      }
      world.leave(scope.id, token, after: end, with: nil, isClosed: connection.isClosed)
    } catch {
      world.leave(scope.id, token, after: end, with: error, isClosed: connection.isClosed)
      throw error
    }
  }

  private func insert(
    _ numbers: [Int], _ way: ModelProgram.Way, on connection: AsyncConnection
  ) async throws {
    switch way {
    case .query: _ = try await connection.query(ModelStatements.insertion(of: numbers))
    case .execute: try await connection.execute(ModelStatements.script(numbers))
    case .pipeline:
      for outcome in try await connection.pipeline(ModelStatements.pipeline(numbers)) {
        _ = try outcome.get()
      }
    case .executeMany:
      try await connection.executeMany(ModelStatements.many, ModelStatements.rows(numbers))
    case .rows:
      try await connection.withRows(of: ModelStatements.returningInsertion(of: numbers)) { rows in
        for try await _ in rows {}
      }
    }
  }

  private func fail(
    _ failure: ModelProgram.Failure, _ numbers: [Int], _ way: ModelProgram.Way,
    on connection: AsyncConnection
  ) async throws {
    let failing = ModelStatements.failing(failure)
    switch way {
    case .query: _ = try await connection.query(failing)
    case .execute: try await connection.execute(ModelStatements.script(numbers) + "; " + failing.sql)
    case .pipeline:
      let queries = ModelStatements.pipeline(numbers) + [failing] + ModelStatements.pipeline([-1])
      for outcome in try await connection.pipeline(queries) { _ = try outcome.get() }
    case .executeMany:
      try await connection.executeMany(
        ModelStatements.failingMany(failure), ModelStatements.rows(numbers + [0]))
    case .rows:
      try await connection.withRows(of: failing) { rows in
        for try await _ in rows {}
      }
    }
  }
}
