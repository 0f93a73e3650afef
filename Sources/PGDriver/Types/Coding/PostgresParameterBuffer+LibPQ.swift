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
