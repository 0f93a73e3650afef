/// What the kernel tells of a running process; Linux only (proc(5)).
package struct ProcessStatus: Sendable, Hashable {
  /// Its effective user.
  package let user: uid_t
  /// The name of its program, such as `swift`.
  ///
  /// No arguments, which may hold a password.
  package let program: String?

  /// Asks the kernel; nil if there is no such process, or the system doesn't tell.
  package init?(of process: pid_t, files: FileProbe = .machine) {
    guard let status = files.text("/proc/\(process)/status"), let user = Self.user(inStatus: status) else {
      return nil
    }
    self.user = user
    let command = files.text("/proc/\(process)/cmdline") ?? ""
    let first = command.split(separator: "\0", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
    let name = first.split(separator: "/").last.map(String.init) ?? files.text("/proc/\(process)/comm")
    program = name.flatMap(Self.printable)
  }

  /// A process gives itself any name, which may be printed on a terminal.
  private static func printable(_ name: String) -> String? {
    let letters = name.unicodeScalars.filter { (0x20...0x7E).contains($0.value) }.prefix(40)
    return letters.isEmpty ? nil : String(String.UnicodeScalarView(letters))
  }

  /// The effective user of `Uid:  real  effective  saved  file system`.
  package static func user(inStatus text: String) -> uid_t? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("Uid:") }
    let numbers = line?.split { $0 == " " || $0 == "\t" }.dropFirst().compactMap { uid_t($0) }
    return numbers.flatMap { $0.count == 4 ? $0[1] : nil }
  }
}

/// A user that the system knows by name: an entry of /etc/passwd or of another database of users (passwd(5)).
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
