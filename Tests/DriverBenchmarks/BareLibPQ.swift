import CLibPQ
import PGBenchKit

/// libpq's own functions called in a loop: what no driver on libpq can beat by more than noise.
///
/// The statement is prepared once, parameters and results are binary, and the values are read but not kept.
struct BareLibPQ: BenchmarkDriver {
  func start(clients: Int) throws -> BlockingExecutor { try BlockingExecutor(threads: clients) }

  func connect(to database: PostgresConfiguration, on runtime: BlockingExecutor) throws -> Connection {
    try Connection(database)
  }

  func backendProcessIDs(of connection: Connection) -> [Int32] { [PQbackendPID(connection.handle)] }

  func close(_ connection: Connection) { PQfinish(connection.handle) }

  final class Connection {
    let handle: OpaquePointer
    private var isPrepared = false

    init(_ database: PostgresConfiguration) throws {
      let text = database.parameters.map { "\($0.key)='\($0.value)'" }.joined(separator: " ")
      guard let handle = PQconnectdb(text), PQstatus(handle) == CONNECTION_OK else {
        throw PostgresError(.connectionFailed, "libpq could not connect.")
      }
      self.handle = handle
    }

    /// Runs a statement with at most one integer parameter and answers how many bytes of values came back.
    func run(_ sql: String, parameter: Int32? = nil) throws -> Int {
      if !isPrepared {
        PQclear(PQprepare(handle, "q", sql, parameter == nil ? 0 : 1, [PostgresType.int4.oid]))
        isPrepared = true
      }
      let result =
        if let parameter { withUnsafeBytes(of: parameter.bigEndian) { execute($0) } } else { execute(nil) }
      guard let result, PQresultStatus(result) == PGRES_TUPLES_OK else {
        throw PostgresError(.server, String(cString: PQerrorMessage(handle)))
      }
      defer { PQclear(result) }
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
      guard let parameter else { return PQexecPrepared(handle, "q", 0, nil, nil, nil, 1) }
      let value: [UnsafePointer<CChar>?] = [parameter.baseAddress?.assumingMemoryBound(to: CChar.self)]
      return PQexecPrepared(handle, "q", 1, value, [4], [1], 1)
    }
  }
}
