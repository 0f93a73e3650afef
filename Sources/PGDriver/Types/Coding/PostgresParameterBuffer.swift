import PGSystem

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

extension PostgresParameterBuffer {
  /// Appends an integer in network byte order.
  @inlinable @inline(__always)
  public mutating func append<Value: FixedWidthInteger & BitwiseCopyable>(_ value: Value) {
    bytes.append(value.bigEndian)
  }

  /// Appends bytes as they are.
  @inlinable
  public mutating func append(contentsOf newBytes: some Sequence<UInt8>) {
    let isDone: Void? = newBytes.withContiguousStorageIfAvailable {
      bytes.append(contentsOf: UnsafeRawBufferPointer($0))
    }
    if isDone == nil {
      for byte in newBytes { bytes.append(byte) }
    }
  }

  /// Appends a string's UTF-8 bytes.
  ///
  /// - Throws: `encoding` if there is a zero character, which PostgreSQL's text can't hold.
  public mutating func append(text: String) throws(PostgresError) {
    var text = text
    let hasZero = text.withUTF8 { utf8 in
      bytes.append(contentsOf: UnsafeRawBufferPointer(utf8))
      return utf8.baseAddress.map { memchr($0, 0, utf8.count) != nil } ?? false
    }
    guard !hasZero else {
      throw PostgresError(
        .encoding,
        "PostgreSQL's text can't hold the character U+0000. Send the value as bytes, or take it out.")
    }
  }

  /// Appends a value and, before it, its length in bytes, as in arrays, composite values, ranges and COPY.
  ///
  /// NULL is a length of -1 and no bytes.
  @inlinable @inline(__always)
  public mutating func append(field value: some PostgresEncodable) throws(PostgresError) {
    guard !value.isPostgresNull else { return append(-1 as Int32) }
    let start = bytes.count
    append(0 as Int32)
    try value.encode(into: &self)
    guard let length = Int32(exactly: bytes.count - start - 4) else { throw Self.tooLarge }
    overwrite(at: start, with: length)
  }

  /// Replaces four bytes by an integer that was not known when they were appended.
  @inlinable @inline(__always)
  mutating func overwrite(at offset: Int, with value: Int32) {
    bytes.overwrite(at: offset, with: value.bigEndian)
  }

  /// Reads four bytes back.
  @inlinable
  func int32(at offset: Int) -> Int32 {
    Int32(bigEndian: (bytes.base + offset).loadUnaligned(as: Int32.self))
  }

  @usableFromInline static var tooLarge: PostgresError {
    PostgresError(.encoding, "A value is larger than 2 GB. Send it in pieces.")
  }
}

extension PostgresParameterBuffer {
  /// Calls `body` with the arrays that libpq's functions take, valid during the call.
  ///
  /// Not generic over the result: it would not be specialised for callers in other files.
  func withLibPQArrays(
    _ body: (
      _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
      _ formats: UnsafePointer<Int32>?
    ) -> Int32
  ) -> Int32 {
    guard count > 0 else { return body(nil, nil, nil) }
    return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
      for index in 0..<count {
        // An empty value has an address, too: libpq takes none as NULL.
        let start = starts[index]
        values[index] =
          start < 0 ? nil : UnsafePointer((bytes.base + start).assumingMemoryBound(to: CChar.self))
      }
      return lengths.withUnsafeBufferPointer { lengths in
        formats.withUnsafeBufferPointer { formats in
          body(values.baseAddress, lengths.baseAddress, formats.baseAddress)
        }
      }
    }
  }
}

/// Raw memory that grows as bytes are appended, for libpq to read.
///
/// In place of an array, whose every append of a few bytes costs several times what encoding them does.
///
/// Sendable, unchecked, and unsafe: the memory is this value's alone, which can't be copied, and is
/// freed with it.
@usableFromInline
struct GrowingBytes: ~Copyable, @unchecked Sendable {
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var count = 0
  @usableFromInline var capacity: Int

  init(capacity: Int = 256) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  @inlinable
  deinit {
    base.deallocate()
  }

  /// The bytes, until the next change.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Appends a value's bytes as they are in memory.
  @inlinable @inline(__always)
  mutating func append<Value: BitwiseCopyable>(_ value: Value) {
    if capacity &- count < MemoryLayout<Value>.size { grow(by: MemoryLayout<Value>.size) }
    (base + count).storeBytes(of: value, as: Value.self)
    count &+= MemoryLayout<Value>.size
  }

  /// Appends a copy of some bytes.
  @inlinable
  mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    if capacity &- count < bytes.count { grow(by: bytes.count) }
    (base + count).copyMemory(from: start, byteCount: bytes.count)
    count &+= bytes.count
  }

  /// Replaces a value that was appended before.
  @inlinable @inline(__always)
  mutating func overwrite<Value: BitwiseCopyable>(at offset: Int, with value: Value) {
    (base + offset).storeBytes(of: value, as: Value.self)
  }

  /// Forgets what was appended after the first so many bytes; keeps the memory.
  @inlinable
  mutating func truncate(to count: Int = 0) { self.count = count }

  /// Forgets everything, and keeps no more memory than usual.
  mutating func shrink(to capacity: Int = 256) {
    base.deallocate()
    (base, count, self.capacity) = (.allocate(byteCount: capacity, alignment: 16), 0, capacity)
  }

  @usableFromInline
  mutating func grow(by extra: Int) {
    capacity = max(capacity * 2, count + extra)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    larger.copyMemory(from: base, byteCount: count)
    base.deallocate()
    base = larger
  }
}
