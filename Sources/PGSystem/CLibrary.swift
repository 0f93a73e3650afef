// The system's C library, for every target above this one: a file that imports PGSystem has it, under one
// name on all platforms.
#if canImport(Darwin)
  @_exported public import Darwin
#elseif canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#endif
