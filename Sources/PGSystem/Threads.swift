// Not internal: in this file the compiler sees the C library's own types through it, too.
public import CPGSystem

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

/// Starts threads of the operating system.
package enum OSThread {
  private final class Body {
    let name: String
    let body: @Sendable () -> Void

    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }

    func run() {
      pg_system_name_thread(name)
      body()
    }
  }

  /// Starts a detached thread that runs `body` once.
  ///
  /// - Parameter name: What profilers and debuggers show; at most 15 bytes, for Linux takes no more.
  package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    // C hands one untyped pointer to the thread: a retained box, which the thread takes over.
    let box = Unmanaged.passRetained(Body(name, body))
    let failure = pg_system_start_thread(
      { argument in
        if let argument { Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    guard failure == 0 else {
      box.release()
      throw SystemError("No thread could be started", code: failure)
    }
  }

  /// Blocks the calling thread for so many nanoseconds, and as much longer as the system takes to wake it;
  /// a signal may end it sooner.
  package static func sleep(nanoseconds: Int) {
    pg_system_wake_precisely()
    pg_system_poll(nil, 0, Int64(nanoseconds))
  }

  /// The kernel's identifier of the calling thread; 0 where there is none.
  package static var currentID: Int32 { pg_system_thread_id() }
}

/// What tells a thread of this process from the others while it lives.
///
/// In place of `pthread_t`, which is a pointer on some systems, and those may not be sent between tasks.
public struct ThreadIdentity: Sendable, Hashable {
  @usableFromInline let number: UInt

  @inlinable init(number: UInt) { self.number = number }

  /// The calling thread.
  @inlinable public static var current: ThreadIdentity {
    #if canImport(Glibc)
      ThreadIdentity(number: pthread_self())
    #else
      ThreadIdentity(number: UInt(bitPattern: pthread_self()))
    #endif
  }

  /// Whether both are one thread.
  @inlinable public static func == (a: ThreadIdentity, b: ThreadIdentity) -> Bool { a.number == b.number }
}
