import PGSystem

/// A file of Linux's /proc that is read again and again: kept open, and read without allocating.
///
/// It is a class for it closes its descriptor in the end.
final class ProcFile: Sendable {
  private let descriptor: Int32

  /// Opens it; nil where there is none, or where it may not be read.
  init?(_ path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
  }

  deinit { close(descriptor) }

  /// Gives the present content, up to 4 KiB, to `body`; nil if it can't be read any more.
  func read<Answer>(_ body: (UnsafeRawBufferPointer) -> Answer?) -> Answer? {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
      let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
      guard count > 0 else { return nil }
      return body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// The number in the line that begins with a name.
  static func number(after name: StaticString, in text: UnsafeRawBufferPointer) -> Int64? {
    let length = name.utf8CodeUnitCount
    var line = text[...]
    while line.count > length, let start = UnsafeRawBufferPointer(rebasing: line).baseAddress {
      if memcmp(start, name.utf8Start, length) == 0 { return number(0, of: line.dropFirst(length)) }
      guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      line = line[(end + 1)...]
    }
    return nil
  }

  /// A decimal number by its place in a line, from 0.
  static func number(_ place: Int, of text: Slice<UnsafeRawBufferPointer>) -> Int64? {
    var rest = text
    for skipped in 0...place {
      rest = rest.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
      let digits = rest.prefix { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
      guard !digits.isEmpty else { return nil }
      if skipped == place {
        return digits.reduce(0) { $0 &* 10 &+ Int64($1 - UInt8(ascii: "0")) }
      }
      rest = rest[digits.endIndex...]
    }
    return nil
  }
}
