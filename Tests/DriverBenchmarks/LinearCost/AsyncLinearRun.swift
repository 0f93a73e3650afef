import PGDriver
import PGSystem

/// The operations on the asynchronous driver, whose loop the caller runs on.
final class AsyncLinearRun: LinearRun {
  private let operation: LinearOperation
  private let parts: Int
  private let input: LinearInput
  private let configuration: PostgresConfiguration
  private let connection: AsyncConnection
  private let notices: Lock<Int>
  private let table: String
  private var receiveNotifications: (() async throws -> Void)?

  init(
    _ operation: LinearOperation, megabytes: Int, to configuration: PostgresConfiguration
  ) async throws {
    self.operation = operation
    self.configuration = configuration
    parts = operation.parts(megabytes: megabytes)
    input = LinearInput(operation, megabytes: megabytes)
    let notices = Lock(0)
    self.notices = notices
    connection = try await AsyncConnection.connect(to: configuration, on: try .common()) { _ in
      notices.withLock { $0 += 1 }
    }
    table = "linear_\(connection.backendProcessID)"
  }

  func prepare() async throws {
    switch operation {
    case .copyInPieces, .copyInWhole: try await connection.execute(LinearSQL.lines)
    case .copyRows, .copyRow: try await connection.execute(LinearSQL.table(table))
    case .notifications:
      let notifications = try await connection.notifications(on: LinearSQL.channel)
      receiveNotifications = { [parts] in try await Self.take(parts, of: notifications) }
      // Blocks the loop on purpose: nothing is received before it is measured.
      let sender = try SyncConnection.connect(to: configuration)
      try sender.execute(LinearSQL.notify(parts))
      sender.close()
    default: break
    }
  }

  func run() async throws {
    switch operation {
    case .parameter:
      let rows = try await connection.query(
        PostgresQuery(sql: LinearSQL.length, parameters: [input.bytes]))
      try LinearCostError.check(Int(try rows[0].decode(Int32.self, at: 0)), is: parts)
    case .script: try await connection.execute(input.script)
    case .pipeline:
      for outcome in try await connection.pipeline(input.queries) {
        try LinearCostError.check(
          Int(try outcome.get()[0].decode(Int32.self, at: 0)), is: operation.part)
      }
    case .executeMany:
      try LinearCostError.check(try await connection.executeMany(LinearSQL.length, input.rows), is: parts)
    case .copyInPieces:
      try await connection.copyIn(LinearSQL.copyIn) { writer in
        for _ in 0..<parts { try await writer.write(input.bytes) }
      }
    case .copyInWhole: try await connection.copyIn(LinearSQL.copyIn) { try await $0.write(input.bytes) }
    case .copyRows:
      let stored = try await connection.copyRows(into: table) { writer in
        for _ in 0..<parts { try await writer.append(input.bytes) }
      }
      try LinearCostError.check(stored, is: parts)
    case .copyRow:
      let stored = try await connection.copyRows(into: table) { try await $0.append(input.bytes) }
      try LinearCostError.check(stored, is: 1)
    case .copyOut:
      let bytes = try await connection.copyOut(LinearSQL.copyOut(parts)) { chunks in
        var bytes = 0
        for try await chunk in chunks { bytes += chunk.count }
        return bytes
      }
      try LinearCostError.check(bytes, is: parts * 1001)
    case .rows:
      let rows = try await connection.query(PostgresQuery(sql: LinearSQL.rows(parts)))
      try LinearCostError.check(rows.count, is: parts)
    case .value:
      let rows = try await connection.query(PostgresQuery(sql: LinearSQL.value(parts)))
      try LinearCostError.check(try rows[0].decode([UInt8].self, at: 0).count, is: parts)
    case .stream:
      let received = try await connection.withRows(of: PostgresQuery(sql: LinearSQL.rows(parts))) { rows in
        var received = 0
        for try await _ in rows { received += 1 }
        return received
      }
      try LinearCostError.check(received, is: parts)
    case .notifications: try await receiveNotifications?()
    case .notices:
      try await connection.execute(LinearSQL.notices(parts))
      try LinearCostError.check(notices.withLock { $0 }, is: parts)
    }
  }

  private static func take(_ count: Int, of notifications: some AsyncSequence) async throws {
    var received = 0
    for try await _ in notifications {
      received += 1
      if received == count { break }
    }
    try LinearCostError.check(received, is: count)
  }

  func roundTrip() async throws { _ = try await connection.query("SELECT 1") }

  func cleanUp() async throws {
    if operation == .copyRows || operation == .copyRow {
      try await connection.execute("DROP TABLE \(table)")
    }
  }

  func close() async { await connection.close() }
}
