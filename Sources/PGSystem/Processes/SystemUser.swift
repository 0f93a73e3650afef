/// A user whom the system knows by name: an entry of /etc/passwd or of another database of users (passwd(5)).
package struct SystemUser: Sendable, Hashable {
  package let name: String
  package let userID: uid_t
  package let groupID: gid_t
  /// The folder that belongs to the user, where there is one.
  package let home: String?

  /// Finds a user by name.
  package init?(named name: String) {
    self.init { getpwnam_r(name, &$0, $1, $2, &$3) }
  }

  /// Finds a user by number.
  package init?(_ user: uid_t) {
    self.init { getpwuid_r(user, &$0, $1, $2, &$3) }
  }

  /// The name of a user, or the number where it has none.
  package static func name(of user: uid_t) -> String { SystemUser(user)?.name ?? "\(user)" }

  // C returns through pointers.
  private init?(
    _ find: (inout passwd, UnsafeMutablePointer<CChar>, Int, inout UnsafeMutablePointer<passwd>?) -> CInt
  ) {
    var entry = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16_384)
    let user = buffer.withUnsafeMutableBufferPointer { buffer -> SystemUser? in
      guard let start = buffer.baseAddress, find(&entry, start, buffer.count, &found) == 0, found != nil,
        let name = entry.pw_name
      else { return nil }
      return SystemUser(
        name: String(cString: name), userID: entry.pw_uid, groupID: entry.pw_gid,
        home: entry.pw_dir.map { String(cString: $0) })
    }
    guard let user else { return nil }
    self = user
  }

  private init(name: String, userID: uid_t, groupID: gid_t, home: String?) {
    self.name = name
    self.userID = userID
    self.groupID = groupID
    self.home = home
  }
}
