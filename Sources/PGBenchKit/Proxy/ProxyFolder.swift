#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The private folder that a proxy's socket lies in.
///
/// It is like a server's and has its lock, so that what a killed run leaves is swept before the next server starts.
struct ProxyFolder: Sendable {
  private let folder: PrivateFolder
  /// Where the socket belongs.
  let socket: String

  /// The folder itself.
  var path: String { folder.path }

  /// Makes the folder in TMPDIR, or in /tmp.
  init(port: Int) throws(BenchmarkError) {
    let candidates = [CallersEnvironment.current()["TMPDIR"], "/tmp"].compactMap(\.self)
      .compactMap(FileProbe.machine.resolved)
    guard let home = candidates.first(where: { ServerFolders.fitsSocket($0) && access($0, W_OK | X_OK) == 0 })
    else {
      throw BenchmarkError(
        "The proxy's socket could be made neither in TMPDIR nor in /tmp. Set TMPDIR to a folder that can be written to, "
          + "with a short path.")
    }
    do {
      folder = try PrivateFolder(in: home, for: .ofServer())
    } catch {
      throw BenchmarkError("\(error)")
    }
    socket = ServerSocket.path(folder: folder.path, port: port)
  }

  /// Removes the folder; a second call does nothing.
  func remove() {
    unlink(socket)
    unlink("\(folder.path)/\(PrivateFolder.lockName)")
    rmdir(folder.path)
    folder.unlock()
  }
}
