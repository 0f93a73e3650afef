import PGSystem

/// The text of a statement, compared byte for byte as the server does.
///
/// Swift holds strings for equal that Unicode holds for equivalent, such as the two spellings of "é".
struct SQLText: Hashable {
  let string: String

  static func == (a: SQLText, b: SQLText) -> Bool {
    // Where they lie in one piece, as strings of Swift's do, without a copy.
    let isSame = a.string.utf8.withContiguousStorageIfAvailable { a in
      b.string.utf8.withContiguousStorageIfAvailable { b in
        guard a.count == b.count, let first = a.baseAddress, let second = b.baseAddress else {
          return a.count == b.count
        }
        return first == second || memcmp(first, second, a.count) == 0
      }
    }
    return (isSame ?? nil) ?? a.string.utf8.elementsEqual(b.string.utf8)
  }

  func hash(into hasher: inout Hasher) {
    var copy = string
    copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
