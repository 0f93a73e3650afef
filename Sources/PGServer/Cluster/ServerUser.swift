package import PGSystem

/// The user that the kit's server runs as: PostgreSQL refuses to run as root.
package struct ServerUser: Sendable, Hashable {
  package let name: String
  package let userID: uid_t
  package let groupID: gid_t
  /// The folder that belongs to the user, where there is one.
  package let home: String?
  /// Whether it is another user than the one of this process, which is root then.
  package let isOther: Bool

  /// The user of this process, or, for root, `postgres` where there is one and else `nobody`.
  package static func ofServer() throws(DatabaseServerError) -> ServerUser {
    guard geteuid() == 0 else {
      guard let user = SystemUser(geteuid()) else {
        throw DatabaseServerError(
          .startFailed,
          """
          User \(geteuid()) has no name: no entry in /etc/passwd or another database of users, without which PostgreSQL's \
          initdb makes no cluster. In a container, start it with the user of an entry (docker run --user postgres), or add \
          one to the image: RUN useradd --uid \(geteuid()) bench. Or set PGBENCH_DATABASE_URL to a server that runs already.
          """)
      }
      return ServerUser(user, isOther: false)
    }
    for name in ["postgres", "_postgres", "nobody"] {
      if let user = SystemUser(named: name), user.userID != 0 { return ServerUser(user, isOther: true) }
    }
    throw DatabaseServerError(
      .startFailed,
      "PostgreSQL refuses to run as root, and there is neither a user postgres nor a user nobody to run it as. "
        + "Run as an ordinary user, or make one: useradd --system postgres")
  }

  /// The user of this process.
  package static func ofProcess() -> ServerUser {
    SystemUser(geteuid()).map { ServerUser($0, isOther: false) }
      ?? ServerUser(name: "\(geteuid())", userID: geteuid(), groupID: getegid(), home: nil, isOther: false)
  }
}

extension ServerUser {
  private init(_ user: SystemUser, isOther: Bool) {
    self.init(
      name: user.name, userID: user.userID, groupID: user.groupID, home: user.home, isOther: isOther)
  }
}

extension HeldFolder {
  /// Gives the folder to a user.
  package func give(to user: ServerUser) -> Bool { give(to: user.userID, group: user.groupID) }
}
