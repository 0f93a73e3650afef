/// Where parameters are encoded to; one is kept and reused by each connection.
public struct PostgresParameterBuffer: Sendable, ~Copyable {
  @usableFromInline var bytes = GrowingBytes()
  /// Where each parameter begins in `bytes`; -1 for NULL.
  private(set) var starts: [Int] = []
  private(set) var lengths: [Int32] = []
  private(set) var formats: [Int32] = []
  private(set) var types: [UInt32] = []

  init() {}

  var count: Int { starts.count }

  /// Encodes a query's parameters, in place of those encoded before.
  ///
  /// What describes them is overwritten rather than made anew: most often the query is the one before.
  mutating func encode(_ parameters: [any PostgresEncodable]) throws(PostgresError) {
    bytes.truncate()
    if parameters.count != count { try resize(parameters.count) }
    for (index, parameter) in parameters.enumerated() { try set(parameter, at: index) }
  }

  private mutating func resize(_ count: Int) throws(PostgresError) {
    guard count <= UInt16.max else {
      throw PostgresError(
        .encoding,
        "A statement takes at most 65535 parameters, but this one has \(count). Send arrays instead.")
    }
    starts = Array(repeating: 0, count: count)
    lengths = Array(repeating: 0, count: count)
    formats = Array(repeating: 0, count: count)
    types = Array(repeating: 0, count: count)
  }

  private mutating func set(_ parameter: some PostgresEncodable, at index: Int) throws(PostgresError) {
    let (type, format) = (type(of: parameter).postgresType.oid, type(of: parameter).postgresFormat)
    types[index] = type
    formats[index] = format.rawValue
    guard !parameter.isPostgresNull else {
      starts[index] = -1
      lengths[index] = 0
      return
    }
    let start = bytes.count
    try parameter.encode(into: &self)
    guard let length = Int32(exactly: bytes.count - start) else {
      throw PostgresError(.encoding, "Parameter \(index + 1) is larger than 2 GB.")
    }
    starts[index] = start
    lengths[index] = length
    // libpq reads parameters in text format as C strings.
    if format == .text { bytes.append(0 as UInt8) }
  }
}
