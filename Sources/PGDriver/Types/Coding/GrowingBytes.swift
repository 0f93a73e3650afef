/// Raw memory that grows as bytes are appended, for libpq to read.
///
/// In place of an array, whose every append of a few bytes costs several times what encoding them does.
///
/// Sendable, unchecked, and unsafe: the memory is this value's alone, which can't be copied, and is
/// freed with it.
@usableFromInline
struct GrowingBytes: ~Copyable, @unchecked Sendable {
  @usableFromInline var base: UnsafeMutableRawPointer
  @usableFromInline var count = 0
  @usableFromInline var capacity: Int

  init(capacity: Int = 256) {
    self.capacity = capacity
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  @inlinable
  deinit {
    base.deallocate()
  }

  /// The bytes, until the next change.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

  /// Appends a value's bytes as they are in memory.
  @inlinable @inline(__always)
  mutating func append<Value: BitwiseCopyable>(_ value: Value) {
    if capacity &- count < MemoryLayout<Value>.size { grow(by: MemoryLayout<Value>.size) }
    (base + count).storeBytes(of: value, as: Value.self)
    count &+= MemoryLayout<Value>.size
  }

  /// Appends a copy of some bytes.
  @inlinable
  mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    if capacity &- count < bytes.count { grow(by: bytes.count) }
    (base + count).copyMemory(from: start, byteCount: bytes.count)
    count &+= bytes.count
  }

  /// Replaces a value that was appended before.
  @inlinable @inline(__always)
  mutating func overwrite<Value: BitwiseCopyable>(at offset: Int, with value: Value) {
    (base + offset).storeBytes(of: value, as: Value.self)
  }

  /// Forgets what was appended after the first so many bytes; keeps the memory.
  @inlinable
  mutating func truncate(to count: Int = 0) { self.count = count }

  /// Forgets everything, and keeps no more memory than usual.
  mutating func shrink(to capacity: Int = 256) {
    base.deallocate()
    (base, count, self.capacity) = (.allocate(byteCount: capacity, alignment: 16), 0, capacity)
  }

  @usableFromInline
  mutating func grow(by extra: Int) {
    capacity = max(capacity * 2, count + extra)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
    larger.copyMemory(from: base, byteCount: count)
    base.deallocate()
    base = larger
  }
}
