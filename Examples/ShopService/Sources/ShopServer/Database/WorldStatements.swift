import PGDriver

/// A row of TechEmpower's table of numbers.
package struct World: Codable, Equatable, Sendable {
  package let id: Int32
  package var randomNumber: Int32
}

extension World: TableRow {
  package static let columns = "id, randomnumber"

  /// Decodes a row of the columns.
  package init(_ row: PostgresRow) throws(PostgresError) {
    (id, randomNumber) = try row.decode()
  }

  static let ids: ClosedRange<Int32> = 1...10_000

  private static let found = "SELECT \(columns) FROM world WHERE id = $1"
  private static let updated = """
    UPDATE world SET randomnumber = new.randomnumber
    FROM unnest($1, $2) AS new (id, randomnumber) WHERE world.id = new.id
    """

  static func find(_ id: Int32) -> Statement<World?> { .row(found, [id]) }

  /// Writes all numbers at once, in the order of the ids, so that two at once don't deadlock.
  static func update(_ worlds: [World]) -> Statement<Int> {
    let sorted = worlds.sorted { $0.id < $1.id }
    return .command(updated, [sorted.map(\.id), sorted.map(\.randomNumber)])
  }
}

/// A row of TechEmpower's table of messages.
struct Fortune: TableRow {
  static let columns = "id, message"
  let id: Int32
  let message: String

  init(id: Int32, message: String) {
    self.id = id
    self.message = message
  }

  init(_ row: PostgresRow) throws(PostgresError) {
    (id, message) = try row.decode()
  }

  static let all: Statement<[Fortune]> = .rows("SELECT \(columns) FROM fortune")
}
