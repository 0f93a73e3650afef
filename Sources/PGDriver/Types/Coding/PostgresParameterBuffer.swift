/// Where parameters are encoded to; one is kept and reused by each connection.
public struct PostgresParameterBuffer: Sendable, ~Copyable {
  @usableFromInline var bytes: [UInt8] = []
  /// Where each parameter begins in `bytes`; -1 for NULL.
  private(set) var starts: [Int] = []
  private(set) var lengths: [Int32] = []
  private(set) var formats: [Int32] = []
  private(set) var types: [UInt32] = []

  init() {}

  var count: Int { starts.count }

  /// Encodes a query's parameters, in place of those encoded before.
  mutating func encode(_ parameters: [any PostgresEncodable]) throws(PostgresError) {
    bytes.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    formats.removeAll(keepingCapacity: true)
    types.removeAll(keepingCapacity: true)
    guard parameters.count <= UInt16.max else {
      throw PostgresError(
        .encoding,
        "A statement takes at most 65535 parameters, but this one has \(parameters.count). Send arrays instead."
      )
    }
    for parameter in parameters { try add(parameter) }
  }

  private mutating func add(_ parameter: some PostgresEncodable) throws(PostgresError) {
    types.append(type(of: parameter).postgresType.oid)
    formats.append(type(of: parameter).postgresFormat.rawValue)
    guard !parameter.isPostgresNull else {
      starts.append(-1)
      lengths.append(0)
      return
    }
    let start = bytes.count
    try parameter.encode(into: &self)
    guard let length = Int32(exactly: bytes.count - start) else {
      throw PostgresError(.encoding, "Parameter \(starts.count + 1) is larger than 2 GB.")
    }
    starts.append(start)
    lengths.append(length)
    // libpq reads parameters in text format as C strings.
    if type(of: parameter).postgresFormat == .text { bytes.append(0) }
  }
}
