/// Where parameters are encoded to; one is kept and reused by each connection.
public struct PostgresParameterBuffer: Sendable, ~Copyable {
  @usableFromInline var bytes = GrowingBytes()
  /// Where each parameter begins in `bytes`; -1 for NULL.
  private(set) var starts: [Int] = []
  private(set) var lengths: [Int32] = []
  private(set) var formats: [Int32] = []
  private(set) var types: [UInt32] = []
  /// What the value that is being encoded is for; nil where its own types are right.
  @usableFromInline var target: EncodingTarget?
  /// The format of the result of the query whose parameters these are.
  var resultFormat = PostgresFormat.binary

  init() {}

  var count: Int { starts.count }

  /// Encodes a query's parameters, in place of those encoded before.
  ///
  /// What describes them is overwritten rather than made anew: most often the query is the one before.
  mutating func encode(_ parameters: [any PostgresEncodable]) throws(PostgresError) {
    bytes.truncate()
    if parameters.count != count { try resize(parameters.count) }
    for index in parameters.indices { try parameters[index].encode(asParameter: index, of: &self) }
  }

  /// Gives the memory of large parameters back, once they were sent.
  mutating func giveBackMemory() {
    if bytes.capacity > LargeSend.threshold { bytes.shrink() }
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

  fileprivate mutating func describe(
    _ index: Int, start: Int, length: Int32, _ type: PostgresType, _ format: PostgresFormat
  ) {
    starts[index] = start
    lengths[index] = length
    types[index] = type.oid
    formats[index] = format.rawValue
  }
}

extension PostgresEncodable {
  /// Encodes the value as the parameter of an index.
  ///
  /// A method of the value, so that none is copied out of the array to be looked at.
  fileprivate func encode(
    asParameter index: Int, of buffer: inout PostgresParameterBuffer
  ) throws(PostgresError) {
    let (type, format) = (Self.postgresType, Self.postgresFormat)
    guard !isPostgresNull else { return buffer.describe(index, start: -1, length: 0, type, format) }
    let start = buffer.bytes.count
    try encode(into: &buffer)
    guard let length = Int32(exactly: buffer.bytes.count - start) else {
      throw PostgresError(.encoding, "Parameter \(index + 1) is larger than 2 GB.")
    }
    // libpq reads parameters in text format as C strings.
    if format == .text { buffer.bytes.append(0 as UInt8) }
    buffer.describe(index, start: start, length: length, type, format)
  }

  /// The object identifier of the type that the value is declared as, when it is a parameter.
  var parameterTypeOID: UInt32 { Self.postgresType.oid }
}
