import PGDriver

/// The calls that the drivers have each in its own way, for tests that run on either.
extension PostgresConnection {
  /// The numbers that a query returns, one by one.
  func streamed(_ query: PostgresQuery) async throws -> [Int] {
    var numbers: [Int] = []
    switch self {
    case let connection as SyncConnection:
      try connection.withRows(of: query) { rows in
        while let row = try rows.next() { numbers.append(try row.decode(Int.self, at: 0)) }
      }
    case let connection as AsyncConnection:
      try await connection.withRows(of: query) { rows in
        for try await row in rows { numbers.append(try row.decode(Int.self, at: 0)) }
      }
    default: break
    }
    return numbers
  }

  /// The numbers that a query returns, through a cursor.
  func fetched(_ query: PostgresQuery, batchSize: Int = 100) async throws -> [Int] {
    var numbers: [Int] = []
    switch self {
    case let connection as SyncConnection:
      try connection.withCursor(for: query, batchSize: batchSize) { batch in
        numbers += try batch.numbers()
        return true
      }
    default:
      try await withCursor(for: query, batchSize: batchSize) { batch in
        numbers += try batch.numbers()
        return true
      }
    }
    return numbers
  }

  /// Stores numbers in the table t by binary COPY.
  func copied(rows numbers: Range<Int>) async throws -> Int {
    switch self {
    case let connection as SyncConnection:
      return try connection.copyRows(into: "t (n)") { writer in
        for number in numbers { try writer.append(number) }
      }
    case let connection as AsyncConnection:
      return try await connection.copyRows(into: "t (n)") { writer in
        for number in numbers { try await writer.append(number) }
      }
    default: return -1
    }
  }

  /// Stores numbers in the table t by COPY of text.
  func copied(text numbers: Range<Int>) async throws -> Int {
    let text = numbers.map { "\($0)\n" }.joined()
    switch self {
    case let connection as SyncConnection:
      return try connection.copyIn("COPY t (n) FROM STDIN") { try $0.write(text.utf8) }
    case let connection as AsyncConnection:
      return try await connection.copyIn("COPY t (n) FROM STDIN") { try await $0.write(text.utf8) }
    default: return -1
    }
  }

  /// All that a COPY gives out.
  func copiedOut(_ sql: String) async throws -> String {
    var all: [UInt8] = []
    switch self {
    case let connection as SyncConnection:
      try connection.copyOut(sql) { pieces in
        while let piece = try pieces.next() { all += piece }
      }
    case let connection as AsyncConnection:
      try await connection.copyOut(sql) { pieces in
        for try await piece in pieces { all += piece }
      }
    default: break
    }
    return String(decoding: all, as: UTF8.self)
  }
}

extension PostgresRows {
  /// The numbers of the first column.
  func numbers() throws -> [Int] { try map { try $0.decode(Int.self, at: 0) } }
}
