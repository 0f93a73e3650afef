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
