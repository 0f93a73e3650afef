import PGSystem

/// A folder that holds PostgreSQL's server programs.
struct PostgresInstallation: Sendable, Hashable {
  /// The folder, such as `/usr/lib/postgresql/17/bin`.
  let folder: String

  /// The folder by its path without symbolic links, by whatever path it was named.
  var realFolder: String { FileProbe.machine.resolved(folder) ?? folder }

  /// The path of the server itself.
  var postgres: String { folder + "/postgres" }
  /// The path of the program that makes a cluster.
  var initdb: String { folder + "/initdb" }

  /// Whether the server can load a module of PostgreSQL's own.
  ///
  /// The module's folder is beside the programs': on Debian, Red Hat and in Homebrew under one of these
  /// names.
  func hasModule(_ name: String, files: FileProbe = .machine) -> Bool {
    ["lib", "lib/postgresql", "lib64/pgsql", "lib/pgsql"].contains { library in
      ["so", "dylib"].contains { files.resolved("\(folder)/../\(library)/\(name).\($0)") != nil }
    }
  }
}
