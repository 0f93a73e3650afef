/// Writes to files, pipes and terminals.
enum DescriptorIO {
  /// Writes all bytes, however many calls that takes; returns the error's number if that fails, else nil.
  static func write(_ bytes: UnsafeRawBufferPointer, to file: CInt) -> CInt? {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      #if canImport(Darwin)
        let count = Darwin.write(file, piece.baseAddress, piece.count)
      #elseif canImport(Glibc)
        let count = Glibc.write(file, piece.baseAddress, piece.count)
      #elseif canImport(Musl)
        let count = Musl.write(file, piece.baseAddress, piece.count)
      #endif
      // No device takes nothing and says so for ever.
      guard count != 0 else { return EIO }
      if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return errno }
    }
    return nil
  }
}
