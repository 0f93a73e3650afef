/// The encodings that a connection's texts can have.
enum ClientEncoding: String {
  /// What Swift's strings are.
  case utf8 = "UTF8"
  /// The server's bytes as they are, for databases without an encoding.
  case sqlASCII = "SQL_ASCII"

  /// Reads a name as the server does, which compares letters and digits only (src/common/encnames.c).
  init?(parameter: String) {
    let letters = parameter.lowercased().utf8.filter {
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    switch String(decoding: letters, as: UTF8.self) {
    case "utf8", "unicode": self = .utf8
    case "sqlascii": self = .sqlASCII
    default:
      guard parameter.isEmpty else { return nil }
      self = .utf8
    }
  }
}
