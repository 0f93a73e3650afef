import CLibPQ

/// The C library under both drivers.
public enum LibPQ {
  /// Its version, such as "15.18" or "9.6.24".
  public static var version: String {
    let number = Int(PQlibVersion())
    return number >= 100_000
      ? "\(number / 10_000).\(number % 10_000)"
      : "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
  }
}
