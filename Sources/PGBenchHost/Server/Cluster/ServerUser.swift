#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The user that the kit's server runs as: PostgreSQL refuses to run as root.
struct ServerUser: Sendable, Hashable {
  let name: String
  let userID: uid_t
  let groupID: gid_t
  /// The folder that belongs to the user, where there is one.
  let home: String?
  /// Whether it is another user than the one of this process, which is root then.
  let isOther: Bool

  /// The user of this process, or, for root, `postgres` where there is one and else `nobody`.
  static func ofServer() throws(DatabaseServerError) -> ServerUser {
    guard geteuid() == 0 else {
      guard let user = passwordEntry(of: .identifier(geteuid()), isOther: false) else {
        throw DatabaseServerError(
          .startFailed,
          """
          User \(geteuid()) has no name: no entry in /etc/passwd or another database of users, without which PostgreSQL's \
          initdb makes no cluster. In a container, start it with the user of an entry (docker run --user postgres), or add \
          one to the image: RUN useradd --uid \(geteuid()) bench. Or set PGBENCH_DATABASE_URL to a server that runs already.
          """)
      }
      return user
    }
    for name in ["postgres", "_postgres", "nobody"] {
      if let user = passwordEntry(of: .name(name), isOther: true), user.userID != 0 { return user }
    }
    throw DatabaseServerError(
      .startFailed,
      "PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody to run it as. "
        + "Run as an ordinary user, or make one: useradd --system postgres")
  }

  /// The user of this process.
  static func ofProcess() -> ServerUser {
    passwordEntry(of: .identifier(geteuid()), isOther: false)
      ?? ServerUser(name: "\(geteuid())", userID: geteuid(), groupID: getegid(), home: nil, isOther: false)
  }

  /// The name of a user, or the number where it has none.
  static func name(of user: uid_t) -> String {
    passwordEntry(of: .identifier(user), isOther: false)?.name ?? "\(user)"
  }

  private enum Key {
    case name(String)
    case identifier(uid_t)
  }

  private static func passwordEntry(of key: Key, isOther: Bool) -> ServerUser? {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?  // getpwnam_r(3) answers through pointers
    var buffer = [CChar](repeating: 0, count: 16_384)
    let status =
      switch key {
      case .name(let name): getpwnam_r(name, &entry, &buffer, buffer.count, &found)
      case .identifier(let identifier): getpwuid_r(identifier, &entry, &buffer, buffer.count, &found)
      }
    guard status == 0, found != nil, let name = entry.pw_name else { return nil }
    return ServerUser(
      name: String(cString: name), userID: entry.pw_uid, groupID: entry.pw_gid,
      home: entry.pw_dir.map { String(cString: $0) }, isOther: isOther)
  }
}
