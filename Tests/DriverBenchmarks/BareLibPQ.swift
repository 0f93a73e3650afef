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
      prepare(sql, parameters: parameter == nil ? 0 : 1)
      let result =
        if let parameter { withUnsafeBytes(of: parameter.bigEndian) { execute($0) } } else { execute(nil) }
      guard let result, PQresultStatus(result) == PGRES_TUPLES_OK else {
        throw PostgresError(.server, String(cString: PQerrorMessage(handle)))
      }
      defer { PQclear(result) }
      return read(result)
    }

    /// Runs a statement for each of some integers in one pipeline and answers how many bytes of values came back.
    func pipeline(_ sql: String, parameters: ClosedRange<Int32>) throws -> Int {
      prepare(sql, parameters: 1)
      PQenterPipelineMode(handle)
      var parameter = parameters.lowerBound
      while parameter <= parameters.upperBound {
        withUnsafeBytes(of: parameter.bigEndian) { bytes in
          let value: [UnsafePointer<CChar>?] = [bytes.baseAddress?.assumingMemoryBound(to: CChar.self)]
          _ = PQsendQueryPrepared(handle, "q", 1, value, [4], [1], 1)
        }
        parameter += 1
      }
      PQpipelineSync(handle)
      var bytes = 0
      while true {
        guard let result = PQgetResult(handle) else {
          if PQstatus(handle) == CONNECTION_OK { continue }
          throw PostgresError(.connectionLost, String(cString: PQerrorMessage(handle)))
        }
        defer { PQclear(result) }
        if PQresultStatus(result) == PGRES_PIPELINE_SYNC { break }
        bytes += read(result)
      }
      PQexitPipelineMode(handle)
      return bytes
    }

    private func prepare(_ sql: String, parameters: Int32) {
      guard !isPrepared else { return }
      PQclear(PQprepare(handle, "q", sql, parameters, [PostgresType.int4.oid]))
      isPrepared = true
    }

    private func read(_ result: OpaquePointer) -> Int {
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
