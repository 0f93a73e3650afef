/// A 64-bit FNV-1a hash (by Fowler, Noll and Vo), which is the same in every process, unlike `Hasher`.
package struct FNV1a {
  /// The hash of what was combined so far.
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  /// Adds the bytes of a text.
  package mutating func combine(_ text: String) {
    for byte in text.utf8 { combine(UInt64(byte)) }
  }

  /// Adds the eight bytes of a number, least significant first.
  package mutating func combine(bytesOf number: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) { combine(number >> UInt64(shift) & 0xff) }
  }

  private mutating func combine(_ byte: UInt64) { value = (value ^ byte) &* 0x0000_0100_0000_01b3 }
}
