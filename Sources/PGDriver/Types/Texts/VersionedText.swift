extension RawSpan {
  /// Reads a version, which must be 1, and a text, as several send functions write them.
  func versionedText(_ format: String) throws(PostgresDecodingFailure) -> String {
    try requireAtLeast(1, format)
    guard loadBigEndian(UInt8.self) == 1 else { throw .malformed("\(format) of version 1") }
    return try String.decodeText(extracting(droppingFirst: 1))
  }
}
