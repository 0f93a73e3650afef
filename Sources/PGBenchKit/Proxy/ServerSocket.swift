import PGBenchHost
import PGDriver
import PGServer

/// The Unix socket by which a configuration reaches its server.
struct ServerSocket: Sendable, Hashable {
  let folder: String
  /// A part of the socket's name.
  let port: Int

  /// Where the socket lies.
  var path: String { "\(folder)/\(Self.name(port: port))" }

  /// The name that PostgreSQL gives its sockets (src/include/libpq/pqcomm.h).
  static func name(port: Int) -> String { ".s.PGSQL.\(port)" }

  /// Reads a configuration.
  ///
  /// - Throws: `BenchmarkError` if it names several servers, or one that is reached otherwise.
  init(of configuration: PostgresConfiguration) throws(BenchmarkError) {
    let parameters = configuration.parameters
    let port = parameters["port"] == nil ? ClusterRecipe.port : configuration.port
    guard let folder = configuration.host, folder.utf8.first == UInt8(ascii: "/"),
      !folder.utf8.contains(UInt8(ascii: ",")), let port,
      parameters["hostaddr"] == nil
    else {
      throw BenchmarkError(
        "A round trip can only be added to a single server on a Unix socket, whose host is a folder; this one is "
          + "\(configuration). Leave .roundTrip out, or unset \(ExternalServer.variable) to have the kit start a "
          + "server of its own.")
    }
    self.folder = folder
    self.port = port
  }
}
