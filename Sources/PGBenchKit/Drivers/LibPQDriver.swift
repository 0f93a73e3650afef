import CLibPQ
public import PGDriver
public import PGMeasuring

extension Variant {
  /// libpq's own functions called in a loop (`LibPQDriver`).
  public static let libPQ = Variant("libpq")
}

/// libpq's own functions called in a loop: what no driver on libpq can beat by more than noise.
///
/// A frozen reference: it does the least that a client can, and doesn't change with the drivers. So the ratio
/// of a driver's time to its may be stored, and held against the same ratio on another machine
/// (`.gate(.async, relativeTo: .libPQ, notAboveBaselineBy: .percent(5))`). It decodes no value: the bodies of
/// the other variants return nothing either, and hand what they decoded to `blackHole`.
public struct LibPQDriver: BenchmarkDriver {
  /// Makes the driver.
  public init() {}

  /// Starts a thread for each client.
  public func start(clients: Int) throws -> BlockingExecutor { try BlockingExecutor(threads: clients) }

  /// Connects, blocking the thread.
  public func connect(to database: PostgresConfiguration, on runtime: BlockingExecutor) throws
    -> LibPQConnection
  {
    try LibPQConnection(database)
  }

  /// The connection's backend.
  public func backendProcessIDs(of connection: LibPQConnection) -> [Int32] {
    [PQbackendPID(connection.handle)]
  }

  /// Closes the connection.
  public func close(_ connection: LibPQConnection) { PQfinish(connection.handle) }
}

/// A connection of `LibPQDriver`.
public final class LibPQConnection {
  /// libpq's own connection, a `PGconn *`, for libpq's own functions.
  public let handle: OpaquePointer
  private var prepared = ""
  private var name = ""
  private var statements = 0

  init(_ database: PostgresConfiguration) throws(PostgresError) {
    let text = database.parameters.map { name, value in
      let escaped = value.replacing(scalars: ["\\": "\\\\", "'": "\\'"])
      return "\(name)='\(escaped)'"
    }.joined(separator: " ")
    let handle = PQconnectdb(text)
    guard let handle, PQstatus(handle) == CONNECTION_OK else {
      PQfinish(handle)
      throw PostgresError(.connectionFailed, "libpq could not connect.")
    }
    self.handle = handle
  }

  /// Runs a statement with at most one integer parameter, prepared when it isn't the same as the last one.
  ///
  /// Parameter and results are binary, and the lengths of all values are read, but no value is decoded.
  ///
  /// - Returns: How many bytes of values came back.
  @discardableResult
  public func run(_ sql: String, parameter: Int32? = nil) throws(PostgresError) -> Int {
    try prepare(sql, parameters: parameter == nil ? 0 : 1)
    let result =
      if let parameter { withUnsafeBytes(of: parameter.bigEndian) { execute($0) } } else { execute(nil) }
    defer { PQclear(result) }
    guard let result, PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK
    else { throw failure() }
    return Self.bytes(of: result)
  }

  /// Prepares a statement under a name of its own unless it is the one that was prepared last.
  ///
  /// - Parameter sql: The statement.
  /// - Parameter parameters: How many parameters it has; all are `int4`.
  /// - Returns: The statement's name.
  @discardableResult
  public func prepare(_ sql: String, parameters: Int) throws(PostgresError) -> String {
    guard sql != prepared else { return name }
    statements += 1
    name = "q\(statements)"
    let types = Array(repeating: PostgresType.int4.oid, count: parameters)
    let result = PQprepare(handle, name, sql, Int32(parameters), types)
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COMMAND_OK else { throw failure() }
    prepared = sql
    return name
  }

  /// How many bytes the values of a result have, a `PGresult *`.
  public static func bytes(of result: OpaquePointer) -> Int {
    var bytes = 0
    let (rows, columns) = (PQntuples(result), PQnfields(result))
    var row: Int32 = 0
    while row < rows {
      var column: Int32 = 0
      while column < columns {
        bytes += Int(PQgetlength(result, row, column))
        column += 1
      }
      row += 1
    }
    return bytes
  }

  private func execute(_ parameter: UnsafeRawBufferPointer?) -> OpaquePointer? {
    guard let parameter else { return PQexecPrepared(handle, name, 0, nil, nil, nil, 1) }
    let value: [UnsafePointer<CChar>?] = [parameter.baseAddress?.assumingMemoryBound(to: CChar.self)]
    return PQexecPrepared(handle, name, 1, value, [4], [1], 1)
  }

  private func failure() -> PostgresError {
    PostgresError(.server, String(cString: PQerrorMessage(handle)))
  }
}
