/// A value under a mutex.
///
/// In place of `Synchronization.Mutex`, which on Linux the thread sanitizer doesn't see: it reports
/// everything that such a mutex guards as a race.
///
/// Public, like everything that a measured loop calls in this module: the compiler inlines nothing that is
/// `package` across modules.
///
/// Sendable, unchecked: the value is touched with the mutex held only. The pointers are there because C's
/// mutex must not move, and because a stored property's exclusivity, which the mutex ensures, would be
/// checked at each access.
public final class Lock<Value: Sendable>: @unchecked Sendable {
  @usableFromInline let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  @usableFromInline let value = UnsafeMutablePointer<Value>.allocate(capacity: 1)

  /// Makes one with a value.
  public init(_ value: Value) {
    pthread_mutex_init(mutex, nil)
    self.value.initialize(to: value)
  }

  deinit {
    value.deinitialize(count: 1)
    value.deallocate()
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  /// Calls `body` with the value, one caller at a time; `body` must not call it again.
  @inlinable @inline(__always)
  public func withLock<Answer, Failure: Error>(
    _ body: (inout Value) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value.pointee)
  }
}
