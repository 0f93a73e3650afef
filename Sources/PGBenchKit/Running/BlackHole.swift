import CPGSystem

/// Uses a value in a way that the optimiser can't see through, so that the work behind it isn't left out.
///
/// What a benchmark's body returns goes through it; call it for what the body computes beyond that. It costs
/// about a nanosecond.
@inlinable @inline(__always)
public func blackHole<Value>(_ value: Value) {
  withUnsafePointer(to: value) { swallow(UnsafeRawPointer($0)) }
}

/// Not generic, so that nothing of the value's type is looked up; in C, since the optimiser doesn't know what
/// that does with the pointer.
@usableFromInline
func swallow(_ value: UnsafeRawPointer) { pg_system_black_hole(value) }
