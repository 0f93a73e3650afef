extension PostgresParameterBuffer {
  /// Calls `body` with the arrays that libpq's functions take, valid during the call.
  ///
  /// Not generic over the answer: it would not be specialised for callers in other files.
  func withLibPQArrays(
    _ body: (
      _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
      _ formats: UnsafePointer<Int32>?
    ) -> Int32
  ) -> Int32 {
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
