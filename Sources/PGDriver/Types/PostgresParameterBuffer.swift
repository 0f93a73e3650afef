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

  /// Appends an integer in network byte order.
  @inlinable
  public mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(contentsOf newBytes: some Sequence<UInt8>) {
    bytes.append(contentsOf: newBytes)
  }

  /// Calls `body` with the arrays that libpq's functions take, valid during the call.
  func withLibPQArrays<Answer>(
    _ body: (
      _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
      _ formats: UnsafePointer<Int32>?
    ) -> Answer
  ) -> Answer {
    guard count > 0 else { return body(nil, nil, nil) }
    return bytes.withUnsafeBytes { raw in
      withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
        for index in 0..<count {
          // An empty value needs a pointer too, for libpq takes none as NULL; `empty` is never read.
          let start = starts[index]
          let base = raw.baseAddress ?? Self.empty
          values[index] = start < 0 ? nil : (base + start).assumingMemoryBound(to: CChar.self)
        }
        return lengths.withUnsafeBufferPointer { lengths in
          formats.withUnsafeBufferPointer { formats in
            body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
          }
        }
      }
    }
  }

  /// Stands for the address of no bytes at all.
  ///
  /// Unsafe: it is immutable, and one byte that lives for ever.
  private nonisolated(unsafe) static let empty: UnsafeRawPointer = {
    let byte = UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 1)
    byte.storeBytes(of: 0, as: UInt8.self)
    return UnsafeRawPointer(byte)
  }()
}
