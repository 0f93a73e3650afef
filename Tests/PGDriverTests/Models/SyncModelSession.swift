import PGDriver
import PGSystem

/// Runs a program's steps on an blocking connection, and tells the model what came of each.
struct SyncModelSession {
  let world: ModelWorld

  func run(_ steps: [ModelProgram.Step], on connection: SyncConnection) throws {
    for step in steps {
      do {
        try perform(step.action, on: connection)
      } catch {
        guard step.isSwallowed else { throw error }
      }
    }
  }

  private func perform(_ action: ModelProgram.Action, on connection: SyncConnection) throws {
    switch action {
    case .insert(let numbers, let way):
      try tell(.insert(numbers)) { try insert(numbers, way, on: connection) }
    case .fail(let failure, let numbers, let way):
      try tell(.none) { try fail(failure, numbers, way, on: connection) }
    case .own(let own, let asQuery):
      try tell(.own(own)) {
        if asQuery {
          _ = try connection.query(PostgresQuery(sql: own.sql))
        } else {
          try connection.execute(own.sql)
        }
      }
    case .scope(let scope): try run(scope, on: connection)
    case .terminate:
      world.model.withLock { $0.mayBeLost = true }
      try world.terminateBlocking(connection.backendProcessID)
    // There is no task to cancel.
    case .cancel: break
    }
  }

  private func tell(
    _ effect: TransactionModel.Effect, _ statement: () throws -> Void
  ) throws {
    do {
      try statement()
      world.model.withLock { $0.succeeded(effect) }
    } catch {
      world.model.withLock { $0.failed(effect, error) }
      throw error
    }
  }

  private func run(_ scope: ModelProgram.Scope, on connection: SyncConnection) throws {
    var token: TransactionModel.Token?
    var end = TransactionModel.BodyEnd.notRun
    do {
      try connection.transaction { connection in
        token = world.model.withLock { $0.enter(scope.id) }
        do {
          try run(scope.steps, on: connection)
          if scope.throwsAtEnd { throw ModelStop(scope: scope.id) }
        } catch {
          end = .threw(error)
          throw error
        }
        end = .returned(isCancelled: false)
      }
      world.leave(scope.id, token, after: end, with: nil, isClosed: connection.isClosed)
    } catch {
      world.leave(scope.id, token, after: end, with: error, isClosed: connection.isClosed)
      throw error
    }
  }

  private func insert(
    _ numbers: [Int], _ way: ModelProgram.Way, on connection: SyncConnection
  ) throws {
    switch way {
    case .query: _ = try connection.query(ModelStatements.insertion(of: numbers))
    case .execute: try connection.execute(ModelStatements.script(numbers))
    case .pipeline:
      for outcome in try connection.pipeline(ModelStatements.pipeline(numbers)) { _ = try outcome.get() }
    case .executeMany:
      try connection.executeMany(ModelStatements.many, ModelStatements.rows(numbers))
    case .rows:
      try connection.withRows(of: ModelStatements.returningInsertion(of: numbers)) { rows in
        while try rows.next() != nil {}
      }
    }
  }

  private func fail(
    _ failure: ModelProgram.Failure, _ numbers: [Int], _ way: ModelProgram.Way,
    on connection: SyncConnection
  ) throws {
    let failing = ModelStatements.failing(failure)
    switch way {
    case .query: _ = try connection.query(failing)
    case .execute: try connection.execute(ModelStatements.script(numbers) + "; " + failing.sql)
    case .pipeline:
      let queries = ModelStatements.pipeline(numbers) + [failing] + ModelStatements.pipeline([-1])
      for outcome in try connection.pipeline(queries) { _ = try outcome.get() }
    case .executeMany:
      try connection.executeMany(
        ModelStatements.failingMany(failure), ModelStatements.rows(numbers + [0]))
    case .rows:
      try connection.withRows(of: failing) { rows in
        while try rows.next() != nil {}
      }
    }
  }
}
