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
