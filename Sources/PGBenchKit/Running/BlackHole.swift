/// Uses a value in a way that the optimiser can't see through, so that the work behind it isn't left out.
///
/// What a benchmark's body returns goes through it; call it for what the body computes beyond that.
@inline(never)
public func blackHole<Value>(_ value: Value) {
  withExtendedLifetime(value) {}
}
