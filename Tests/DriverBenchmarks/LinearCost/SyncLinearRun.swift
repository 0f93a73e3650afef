import PGDriver
import PGSystem

/// The operations on the blocking driver.
struct SyncLinearRun: LinearRun {
  private let operation: LinearOperation
  private let parts: Int
  private let input: LinearInput
  private let configuration: PostgresConfiguration
  private let connection: SyncConnection
  private let notices = Lock(0)
  private let table: String

  init(_ operation: LinearOperation, megabytes: Int, to configuration: PostgresConfiguration) throws {
    self.operation = operation
    self.configuration = configuration
    parts = operation.parts(megabytes: megabytes)
    input = LinearInput(operation, megabytes: megabytes)
    connection = try SyncConnection.connect(to: configuration) { [notices] _ in notices.withLock { $0 += 1 } }
    table = "linear_\(connection.backendProcessID)"
  }

  func prepare() throws {
    switch operation {
    case .copyInPieces, .copyInWhole: try connection.execute(LinearSQL.lines)
    case .copyRows, .copyRow: try connection.execute(LinearSQL.table(table))
    case .notifications:
      try connection.execute("LISTEN \(LinearSQL.channel)")
      let sender = try SyncConnection.connect(to: configuration)
      try sender.execute(LinearSQL.notify(parts))
      sender.close()
    default: break
    }
  }

  func run() throws {
    switch operation {
    case .parameter:
      let rows = try connection.query(PostgresQuery(sql: LinearSQL.length, parameters: [input.bytes]))
      try LinearCostError.check(Int(try rows[0].decode(Int32.self, at: 0)), is: parts)
    case .script: try connection.execute(input.script)
    case .pipeline:
      for outcome in try connection.pipeline(input.queries) {
        try LinearCostError.check(
          Int(try outcome.get()[0].decode(Int32.self, at: 0)), is: operation.part)
      }
    case .executeMany:
      try LinearCostError.check(try connection.executeMany(LinearSQL.length, input.rows), is: parts)
    case .copyInPieces:
      try connection.copyIn(LinearSQL.copyIn) { writer in
        for _ in 0..<parts { try writer.write(input.bytes) }
      }
    case .copyInWhole: try connection.copyIn(LinearSQL.copyIn) { try $0.write(input.bytes) }
    case .copyRows:
      let stored = try connection.copyRows(into: table) { writer in
        for _ in 0..<parts { try writer.append(input.bytes) }
      }
      try LinearCostError.check(stored, is: parts)
    case .copyRow:
      try LinearCostError.check(try connection.copyRows(into: table) { try $0.append(input.bytes) }, is: 1)
    case .copyOut:
      let bytes = try connection.copyOut(LinearSQL.copyOut(parts)) { chunks in
        var bytes = 0
        while let chunk = try chunks.next() { bytes += chunk.count }
        return bytes
      }
      try LinearCostError.check(bytes, is: parts * 1001)
    case .rows:
      let rows = try connection.query(PostgresQuery(sql: LinearSQL.rows(parts)))
      try LinearCostError.check(rows.count, is: parts)
    case .value:
      let rows = try connection.query(PostgresQuery(sql: LinearSQL.value(parts)))
      try LinearCostError.check(try rows[0].decode([UInt8].self, at: 0).count, is: parts)
    case .stream:
      let received = try connection.withRows(of: PostgresQuery(sql: LinearSQL.rows(parts))) { rows in
        var received = 0
        while try rows.next() != nil { received += 1 }
        return received
      }
      try LinearCostError.check(received, is: parts)
    case .notifications:
      for received in 0..<parts {
        guard try connection.nextNotification(timeout: .seconds(60)) != nil else {
          throw LinearCostError(received: received, expected: parts)
        }
      }
    case .notices:
      try connection.execute(LinearSQL.notices(parts))
      try LinearCostError.check(notices.withLock { $0 }, is: parts)
    }
  }

  func roundTrip() throws { _ = try connection.query("SELECT 1") }

  func cleanUp() throws {
    if operation == .copyRows || operation == .copyRow { try connection.execute("DROP TABLE \(table)") }
  }

  func close() { connection.close() }
}
