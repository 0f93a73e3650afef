import PGSystem

extension PostgresError {
  /// The failure of a system call, with the reason that errno gives.
  static func lastSystemError(_ what: String) -> PostgresError {
    PostgresError(.system, "\(what): \(String(cString: strerror(errno))).")
  }
}
