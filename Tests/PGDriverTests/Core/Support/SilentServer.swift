import PGDriver
import PGSystem

/// A Unix socket in a folder of its own that listens and never answers.
final class SilentServer: Sendable {
  let folder: String
  private let socketPath: String
  let listener: Int32

  init() throws {
    var template = Array("/tmp/pgdriver-silent-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw PostgresError(.system, "mkdtemp failed: \(errno)") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    socketPath = folder + "/.s.PGSQL.5432"
    listener = socket(AF_UNIX, Self.stream, 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: socketPath.utf8) }
    let bound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard listener >= 0, bound == 0, listen(listener, 4096) == 0 else {
      throw PostgresError(.system, "No listening socket: \(errno)")
    }
  }

  deinit {
    close(listener)
    remove()
  }

  /// Takes the socket's name away; who is connected stays so.
  func remove() {
    unlink(socketPath)
    rmdir(folder)
  }

  #if canImport(Glibc)
    private static let stream = Int32(SOCK_STREAM.rawValue)
  #else
    private static let stream = SOCK_STREAM
  #endif
}
