/// A folder that holds PostgreSQL's server programs.
struct PostgresInstallation: Sendable, Hashable {
  /// The folder, such as `/usr/lib/postgresql/17/bin`.
  let folder: String

  /// The path of the server itself.
  var postgres: String { folder + "/postgres" }
  /// The path of the program that makes a cluster.
  var initdb: String { folder + "/initdb" }
}
