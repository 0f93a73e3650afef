/// Writes files so that a reader sees the old content or the new, never half of it.
package enum AtomicFile {
  /// Why a file could not be written.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file that was to be written.
    package let path: String
    /// What failed, such as `rename`.
    package let step: String
    /// The system's reason.
    package let reason: String

    /// What failed, where, and why.
    package var description: String { "Cannot write \(path): \(step): \(reason)." }
  }

  /// Writes a text as UTF-8, replacing what was there; folders of the path that are missing are made.
  ///
  /// The text goes to a temporary file in the same folder, is flushed to the disk and renamed. On failure
  /// the temporary file is removed and what was there before stays.
  package static func write(_ text: String, to path: String) throws(Failure) {
    try write(text, to: path, isProbe: false)
  }

  /// Finds out whether a file could be written, and leaves what is there as it is, except that missing
  /// folders of the path are made.
  package static func probe(_ path: String) throws(Failure) {
    try write("", to: path, isProbe: true)
  }

  private static func write(_ text: String, to path: String, isProbe: Bool) throws(Failure) {
    try makeFolders(of: path)
    if isProbe, isFolder(path) {
      throw Failure(path: path, step: "replace", reason: String(cString: strerror(EISDIR)))
    }
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw failure(path, "open a temporary file beside it") }
    do throws(Failure) {
      do throws(Failure) {
        try write(Array(text.utf8), into: file, of: path)
        guard fsync(file) == 0 else { throw failure(path, "flush") }
      } catch {
        close(file)
        throw error
      }
      guard close(file) == 0 else { throw failure(path, "close") }
      if isProbe {
        unlink(temporary)
        return
      }
      guard rename(temporary, path) == 0 else { throw failure(path, "rename the temporary file") }
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func write(_ bytes: [UInt8], into file: CInt, of path: String) throws(Failure) {
    guard let code = bytes.withUnsafeBytes({ DescriptorIO.write($0, to: file) }) else { return }
    throw Failure(path: path, step: "write", reason: String(cString: strerror(code)))
  }

  private static func makeFolders(of path: String) throws(Failure) {
    var folder = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/").dropLast() {
      folder += part + "/"
      guard mkdir(folder, 0o755) == 0 || isFolder(folder) else {
        throw failure(path, "make the folder \(folder)")
      }
    }
  }

  /// Whether a path leads to a folder; leaves `errno` as it was, for the message about `mkdir`.
  private static func isFolder(_ path: String) -> Bool {
    let saved = errno
    defer { errno = saved }
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func failure(_ path: String, _ step: String) -> Failure {
    Failure(path: path, step: step, reason: String(cString: strerror(errno)))
  }
}
