import PGDriver

/// An operation on a connection of its own, to be measured once.
protocol LinearRun {
  init(
    _ operation: LinearOperation, megabytes: Int, to configuration: PostgresConfiguration) async throws
  /// What has to be done before.
  func prepare() async throws
  /// The operation; throws `LinearCostError` if not all that was sent or received is there.
  func run() async throws
  /// A round trip of one small statement.
  func roundTrip() async throws
  /// Drops what was stored.
  func cleanUp() async throws
  func close() async
}

/// Less or more came than was sent.
struct LinearCostError: Error {
  let received: Int
  let expected: Int

  static func check(_ received: Int, is expected: Int) throws {
    if received != expected { throw LinearCostError(received: received, expected: expected) }
  }
}

/// The statements of the operations.
enum LinearSQL {
  static let length = "SELECT length($1::bytea)"
  static let copyIn = "COPY lines FROM STDIN WHERE false"
  static let lines = "CREATE TEMPORARY TABLE lines (line text)"
  static let channel = "linear_cost"

  /// Not compressed: how well a value can be is no matter of the driver.
  static func table(_ name: String) -> String {
    "CREATE UNLOGGED TABLE \(name) (value bytea); ALTER TABLE \(name) ALTER value SET STORAGE EXTERNAL"
  }

  /// In the target list, where the server makes the rows one by one.
  static func rows(_ count: Int) -> String {
    "SELECT repeat('x', 1000) FROM (SELECT generate_series(1, \(count))) AS numbers"
  }

  static func copyOut(_ count: Int) -> String { "COPY (\(rows(count))) TO STDOUT" }

  static func value(_ length: Int) -> String { "SELECT convert_to(repeat('x', \(length)), 'SQL_ASCII')" }

  /// No two alike, or the server would send one only.
  static func notify(_ count: Int) -> String {
    """
    DO $$ BEGIN
      PERFORM pg_notify('\(channel)', lpad(i::text, 7000, 'x')) FROM generate_series(1, \(count)) AS i;
    END $$
    """
  }

  static func notices(_ count: Int) -> String {
    "DO $$ BEGIN FOR i IN 1..\(count) LOOP RAISE NOTICE '%', repeat('x', 7000); END LOOP; END $$"
  }
}
