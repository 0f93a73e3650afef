/// A value under a mutex, with a condition variable to wait for its changes.
///
/// Sendable, unchecked: the value is touched with the mutex held only. The pointers are there because C's
/// mutex and condition must not move.
public final class Condition<Value: Sendable>: @unchecked Sendable {
  @usableFromInline let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  @usableFromInline let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  @usableFromInline var value: Value

  /// Makes one with a value.
  public init(_ value: Value) {
    self.value = value
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  /// Changes the value and wakes one waiting thread, or all.
  @inlinable
  public func change<Answer>(wakingAll all: Bool = false, _ body: (inout Value) -> Answer) -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    let answer = body(&value)
    _ = all ? pthread_cond_broadcast(condition) : pthread_cond_signal(condition)
    return answer
  }

  /// Blocks until `body`, which may change the value, returns something.
  @inlinable
  public func wait<Answer>(until body: (inout Value) -> Answer?) -> Answer {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let answer = body(&value) { return answer }
      pthread_cond_wait(condition, mutex)
    }
  }
}
