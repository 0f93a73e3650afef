#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The elementary functions that the statistics need, from whichever C library the platform has.
package enum Elementary {
  /// The ratio that a logarithm stands for, kept where both it and its inverse are finite.
  ///
  /// Two rounds and a confidence of 0.9999 may give an interval without practical bounds, and JSON has no
  /// infinity.
  package static func ratio(ofLog log: Double) -> Double { exp(min(max(log, -700), 700)) }

  package static func log(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.log(x)
    #elseif canImport(Glibc)
      Glibc.log(x)
    #elseif canImport(Musl)
      Musl.log(x)
    #endif
  }

  /// The complementary error function: 2/√π times the integral of exp(−t²) from x on.
  package static func erfc(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.erfc(x)
    #elseif canImport(Glibc)
      Glibc.erfc(x)
    #elseif canImport(Musl)
      Musl.erfc(x)
    #endif
  }

  package static func exp(_ x: Double) -> Double {
    #if canImport(Darwin)
      Darwin.exp(x)
    #elseif canImport(Glibc)
      Glibc.exp(x)
    #elseif canImport(Musl)
      Musl.exp(x)
    #endif
  }
}
