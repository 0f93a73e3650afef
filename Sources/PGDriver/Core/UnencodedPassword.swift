/// Finds passwords that libpq would take for something else, and repeat in its messages.
///
/// Of a URL whose password has a bare "@" or "/" in it, libpq takes a part for the host, the port or the
/// database: `postgresql://user:p@ss@host`, `postgresql://user:p/ss@host`, `postgresql://user:2024/p@host`.
/// All by bytes, as libpq reads it.
enum UnencodedPassword {
  private static let at = UInt8(ascii: "@")
  private static let slash = UInt8(ascii: "/")

  /// - Parameters:
  ///   - connectionString: The whole.
  ///   - host: What libpq has made of it for host.
  ///   - port: What libpq has made of it for port.
  static func isLikely(in connectionString: String, host: String?, port: String?) -> Bool {
    if let port, !IntegerParameter.isPorts(port) { return true }
    if let host, host.utf8.split(separator: UInt8(ascii: ",")).contains(where: isLikely(host:)) {
      return true
    }
    for scheme in ["postgresql://", "postgres://"] where connectionString.utf8.starts(with: scheme.utf8) {
      return isLikely(afterScheme: connectionString.utf8.dropFirst(scheme.utf8.count))
    }
    return false
  }

  /// No name has an "@" in it, but the folder of a socket may, or the name of an abstract socket, which
  /// begins with one.
  private static func isLikely(host: Substring.UTF8View) -> Bool {
    host.first != slash && host.first != at && host.contains(at)
  }

  /// After what libpq takes for user and password, up to the parameters, only an abstract socket has an "@".
  private static func isLikely(afterScheme rest: Substring.UTF8View) -> Bool {
    var place = rest
    if let end = rest.firstIndex(where: { $0 == at || $0 == slash }), rest[end] == at {
      place = rest[rest.index(after: end)...]
    }
    place = place.prefix { $0 != UInt8(ascii: "?") }
    return place.dropFirst(place.first == at ? 1 : 0).contains(at)
  }
}
