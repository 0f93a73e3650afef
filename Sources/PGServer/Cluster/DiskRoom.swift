import PGSystem

/// The room that is left where a server keeps its files.
enum DiskRoom {
  /// What a server needs to start and to make a few small databases, in MB: a cluster of 40, its log of 16 or
  /// 32, and 8 for each database.
  static let needed: UInt64 = 120

  /// How many MB are left for this process's user; nil if the folder isn't there.
  static func left(in folder: String) -> UInt64? {
    var room = statvfs()
    guard statvfs(folder, &room) == 0 else { return nil }
    return (UInt64(room.f_bavail) * UInt64(room.f_frsize)) >> 20
  }

  /// What is left, in words, and what to do; nil where there is enough.
  ///
  /// - Parameter least: How many MB are enough.
  static func shortage(in folder: String, least: UInt64 = needed) -> String? {
    guard let left = left(in: folder), left < least else { return nil }
    return
      "Only \(left) MB are left in \(folder), and a server needs \(needed) MB or more: make room there, or set "
      + "TMPDIR to a folder that has it."
  }
}
