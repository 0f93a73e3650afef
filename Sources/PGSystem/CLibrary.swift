// The system's C library, for every target above this one: a file that imports PGSystem has it, under one
// name on all platforms.
#if canImport(Darwin)
  @_exported public import Darwin
#elseif canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#endif

/// Why the system refused something.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The system's error number, errno(3).
  package let code: CInt
  /// What could not be done, and the reason that the system gives.
  package let description: String

  /// Makes an error of a whole message.
  package init(code: CInt, description: String) {
    self.code = code
    self.description = description
  }

  /// Makes an error of what failed.
  ///
  /// - Parameter what: What could not be done, such as `No pipe could be made`.
  package init(_ what: String, code: CInt = errno) {
    self.code = code
    description = "\(what): \(String(cString: strerror(code)))."
  }
}
