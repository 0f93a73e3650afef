#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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

/// Reads files that others have made, but none that is too large.
package enum BoundedFile {
  /// Why a file could not be read.
  package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason in words that follow the file's name, such as `can't be opened: No such file or directory`.
    package let description: String
    /// Whether there is no such file.
    package let isMissing: Bool

    fileprivate init(_ description: String, isMissing: Bool = false) {
      self.description = description
      self.isMissing = isMissing
    }

    fileprivate init(errno code: Int32) {
      self.init("can't be read: \(String(cString: strerror(code)))", isMissing: code == ENOENT)
    }
  }

  /// The greatest report or baseline that is read: 256 MB, of some hundred thousand cases.
  package static let greatestSize = 256 << 20

  /// The bytes of a file, of a pipe as well.
  ///
  /// - Parameter mustBeRegular: Whether to refuse what is no regular file, such as a pipe that no
  ///   process writes to.
  package static func bytes(
    of path: String, atMost limit: Int = greatestSize, mustBeRegular: Bool = false
  ) throws(Failure) -> [UInt8] {
    var status = stat()
    guard stat(path, &status) == 0 else { throw Failure(errno: errno) }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else { throw Failure("is a folder") }
    guard !mustBeRegular || kind == S_IFREG else { throw Failure("is no regular file") }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Failure(errno: errno) }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure(errno: errno) }
      guard count > 0 else { return bytes }
      bytes += chunk[..<count]
      guard bytes.count <= limit else {
        throw Failure("has more than \(limit >> 20) MB, which no report or baseline has")
      }
    }
  }
}

/// What finding PostgreSQL asks of the file system, as functions that a test can replace.
package struct FileProbe: Sendable {
  /// Whether the path is a file that may be executed.
  package var isExecutable: @Sendable (_ path: String) -> Bool
  /// The names in a folder, in any order; none where there is no such folder.
  package var names: @Sendable (_ folder: String) -> [String]
  /// The path with every symbolic link resolved; nil where nothing is there.
  package var resolved: @Sendable (_ path: String) -> String?
  /// The text of a small file; nil where it cannot be read.
  package var text: @Sendable (_ path: String) -> String?

  /// Makes a probe of functions.
  package init(
    isExecutable: @escaping @Sendable (String) -> Bool, names: @escaping @Sendable (String) -> [String],
    resolved: @escaping @Sendable (String) -> String?, text: @escaping @Sendable (String) -> String?
  ) {
    self.isExecutable = isExecutable
    self.names = names
    self.resolved = resolved
    self.text = text
  }
}

extension FileProbe {
  /// The machine's own file system.
  package static let machine = FileProbe(
    isExecutable: { path in
      var status = stat()
      return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
    },
    names: { (try? FileManager.default.contentsOfDirectory(atPath: $0)) ?? [] },
    resolved: { path in
      guard let resolved = realpath(path, nil) else { return nil }
      defer { free(resolved) }
      return String(cString: resolved)
    },
    text: { try? String(contentsOfFile: $0, encoding: .utf8) })
}

/// A folder that is held open: what is looked up in it is looked up there, whatever its path leads to by now.
///
/// So a process of root reads what another user may write to: no link is followed, no pipe waited for.
package final class HeldFolder: Sendable {
  private let descriptor: CInt

  /// Opens a folder, unless the path ends in a link.
  package init?(_ path: String) {
    // Not open(2), whose name a method has here.
    descriptor = openat(AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  /// Opens a folder in another one.
  package init?(_ name: String, in parent: HeldFolder) {
    descriptor = openat(parent.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    if descriptor < 0 { return nil }
  }

  deinit { UnixSocket.close(descriptor) }

  /// Owner, mode and so on, of the folder itself.
  package var status: stat? {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status : nil
  }

  /// The same of what is in it, of a link the link's own; nil where nothing is.
  package func status(of name: String) -> stat? {
    var status = stat()
    return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 ? status : nil
  }

  /// Whether something is there under a name.
  package func has(_ name: String) -> Bool { status(of: name) != nil }

  /// Opens a file as open(2) does, but never what a link leads to, and without waiting for a
  /// pipe's other end.
  package func open(_ name: String, _ flags: CInt, mode: mode_t = 0) -> CInt {
    openat(descriptor, name, flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, mode)
  }

  /// The end of a file; nil where there is none, or something else.
  package func text(of name: String, last limit: Int = 65_536) -> String? {
    let file = OwnedDescriptor(open(name, O_RDONLY))
    return file.withDescriptor { file in
      var status = stat()
      guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
      let start = max(0, Int(status.st_size) - limit)
      var bytes = [UInt8](repeating: 0, count: limit)
      let count = pread(file, &bytes, limit, off_t(start))
      return count < 0 ? nil : String(decoding: bytes[..<count], as: UTF8.self)
    }
  }

  /// Gives what is in it another name in it; of two that do so at once one succeeds.
  package func rename(_ name: String, to new: String) -> Bool {
    renameat(descriptor, name, descriptor, new) == 0
  }

  /// Gives the folder a mode, whatever the umask took from the one that it was made with.
  package func setMode(_ mode: mode_t) -> Bool { fchmod(descriptor, mode) == 0 }

  /// Gives the folder to a user.
  package func give(to user: uid_t, group: gid_t) -> Bool { fchown(descriptor, user, group) == 0 }
}
