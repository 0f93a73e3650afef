/// The process that has a lock, as far as the system tells.
package struct LockHolder: Sendable, Hashable, CustomStringConvertible {
  package let process: pid_t
  package let program: String?
  /// The user's name, if it is another one than this process's.
  package let otherUser: String?

  /// `process 4711 (swift), of user ann`.
  package var description: String {
    "process \(process)" + (program.map { " (\($0))" } ?? "") + (otherUser.map { ", of user \($0)" } ?? "")
  }

  package init(process: pid_t, program: String?, otherUser: String?) {
    self.process = process
    self.program = program
    self.otherUser = otherUser
  }

  /// Asks the kernel which process has locked a file; nil where it doesn't tell, as on macOS.
  package init?(of file: stat, files: FileProbe = .machine) {
    guard let locks = files.text("/proc/locks"),
      let process = Self.process(inLocks: locks, device: UInt64(file.st_dev), inode: UInt64(file.st_ino))
    else { return nil }
    let status = ProcessStatus(of: process, files: files)
    let user = status.flatMap { $0.user == geteuid() ? nil : SystemUser.name(of: $0.user) }
    self.init(process: process, program: status?.program, otherUser: user)
  }

  /// The process of the line of /proc/locks about a file,
  /// `1: FLOCK ADVISORY WRITE 4711 fe:00:1234 0 EOF` (proc(5)).
  ///
  /// Some file systems give another device there than stat(2) does: then a line with the same inode will do.
  package static func process(inLocks text: String, device: UInt64, inode: UInt64) -> pid_t? {
    let major = (device >> 8 & 0xfff) | (device >> 32 & ~0xfff)
    let minor = (device & 0xff) | (device >> 12 & ~0xff)
    var others: [pid_t] = []
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      // That of a process that waits has an arrow.
      guard words.count >= 6, words[1] == "FLOCK", let process = pid_t(words[4]), process > 0 else {
        continue
      }
      let place = words[5].split(separator: ":")
      guard place.count == 3, UInt64(place[2]) == inode else { continue }
      if UInt64(place[0], radix: 16) == major, UInt64(place[1], radix: 16) == minor { return process }
      others.append(process)
    }
    return others.count == 1 ? others[0] : nil
  }
}
