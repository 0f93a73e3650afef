/// A path as git writes it in a line of a file, such as objects/info/alternates (gitrepository-layout(5)).
///
/// One that holds a line break, or begins as a comment or with a quotation mark, is a string of C's.
enum GitPath {
  static func line(_ path: String) -> String {
    guard path.utf8.contains(UInt8(ascii: "\n")) || path.hasPrefix("#") || path.hasPrefix("\"") else {
      return path
    }
    var quoted = ""
    for scalar in path.unicodeScalars {
      switch scalar {
      case "\n": quoted += #"\n"#
      case "\"", "\\": quoted += "\\\(scalar)"
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return "\"\(quoted)\""
  }

  /// The path that a line stands for; the line itself where it is no such string.
  static func path(_ line: String) -> String {
    guard line.utf8.count >= 2, line.hasPrefix("\""), line.hasSuffix("\"") else { return line }
    var bytes: [UInt8] = []
    var rest = line.utf8.dropFirst().dropLast()
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else { return line }
      if let value = escapes[escaped] {
        bytes.append(value)
      } else {
        let digits = [escaped] + rest.prefix(2)
        guard let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8) else { return line }
        bytes.append(value)
        rest = rest.dropFirst(2)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let escapes: [UInt8: UInt8] = Dictionary(
    uniqueKeysWithValues: zip(#"abtnvfr"\"#.utf8, [7, 8, 9, 10, 11, 12, 13, 34, 92]))
}
