package import PGSystem

/// A private folder for one socket: a proxy's, or that of a duel.
///
/// It is like a server's and has its lock, so that what a killed run leaves is swept before the next server
/// starts. But it belongs to this process's user, also if that is root: no other user may be able to plant
/// what root appends to and removes there.
package struct SocketFolder: Sendable {
  private let folder: PrivateFolder
  /// Where the socket belongs.
  package let socket: String

  /// The folder itself.
  package var path: String { folder.path }

  /// Makes the folder in TMPDIR, or in /tmp.
  ///
  /// - Parameter name: The socket's.
  package init(socketNamed name: String) throws(SystemError) {
    let candidates = [CallersEnvironment.current()["TMPDIR"], "/tmp"].compactMap(\.self)
      .compactMap(FileProbe.machine.resolved)
    guard let home = candidates.first(where: { ServerFolders.fitsSocket($0) && access($0, W_OK | X_OK) == 0 })
    else {
      throw SystemError(
        code: EACCES,
        description:
          "A socket could be made neither in TMPDIR nor in /tmp. Set TMPDIR to a folder that can be written to, "
          + "with a short path.")
    }
    do {
      folder = try PrivateFolder(in: home, for: .ofProcess())
    } catch {
      throw SystemError(code: EACCES, description: "\(error)")
    }
    socket = "\(folder.path)/\(name)"
  }

  /// Removes the folder and the files in it; a second call does nothing.
  package func remove() {
    // The lock last: what has none is no folder of a run that died.
    for name in FileProbe.machine.names(folder.path) where name != PrivateFolder.lockName {
      unlink("\(folder.path)/\(name)")
    }
    unlink("\(folder.path)/\(PrivateFolder.lockName)")
    rmdir(folder.path)
    folder.unlock()
  }
}
