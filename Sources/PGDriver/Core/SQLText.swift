import PGSystem

/// The text of a statement, compared byte for byte as the server does.
///
/// Swift holds strings for equal that Unicode holds for equivalent, such as the two spellings of "é".
struct SQLText: Hashable {
  let string: String

  static func == (a: SQLText, b: SQLText) -> Bool {
    var a = a.string
    var b = b.string
    return a.withUTF8 { a in
      b.withUTF8 { b in
        guard a.count == b.count, let first = a.baseAddress, let second = b.baseAddress else {
          return a.count == b.count
        }
        return first == second || memcmp(first, second, a.count) == 0
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    var copy = string
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
