import CLibPQ
import PGBenchKit

extension LibPQConnection {
  /// Runs a statement for each of some integers in one pipeline and answers how many bytes of values came back.
  func pipeline(_ sql: String, parameters: ClosedRange<Int32>) throws -> Int {
    let name = try prepare(sql, parameters: 1)
    PQenterPipelineMode(handle)
    var parameter = parameters.lowerBound
    while parameter <= parameters.upperBound {
      withUnsafeBytes(of: parameter.bigEndian) { bytes in
        let value: [UnsafePointer<CChar>?] = [bytes.baseAddress?.assumingMemoryBound(to: CChar.self)]
        _ = PQsendQueryPrepared(handle, name, 1, value, [4], [1], 1)
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
      bytes += Self.bytes(of: result)
    }
    PQexitPipelineMode(handle)
    return bytes
  }
}
