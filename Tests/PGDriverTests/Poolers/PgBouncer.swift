import PGDriver
import PGServer
import PGSystem
import PGTestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A real PgBouncer on a Unix socket in a folder of its own, in front of the tests' server.
///
/// It ends with this process, however that ends; its folder is swept like a server's.
struct PgBouncer {
  /// When a server connection goes to another client.
  enum PoolMode: String {
    case session
    case transaction
  }

  /// What a connection string for it differs in from the server's own.
  let configuration: PostgresConfiguration
  private let folder: SocketFolder
  private let process: SupervisedProcess

  /// Where the program is; nil if it isn't installed.
  static let program: String? = {
    let searched = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    // Debian keeps it in a folder that isn't on every user's path.
    let usual = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"]
    return (searched + usual).map { "\($0)/pgbouncer" }.first(where: FileProbe.machine.isExecutable)
  }()

  /// Whether its tests run: it is installed, or its absence has to be a failure.
  static var isExpected: Bool { program != nil || environment["PGBENCH_REQUIRE_PGBOUNCER"] != nil }

  private static var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Starts it, and waits until it listens.
  ///
  /// - Parameter poolSize: How many connections to the server it opens for each database at most.
  init(
    before server: PostgresConfiguration, _ mode: PoolMode, poolSize: Int
  ) async throws {
    guard let program = Self.program else {
      throw PgBouncerError(
        description:
          "PGBENCH_REQUIRE_PGBOUNCER is set, but no pgbouncer was found. Install it: apt-get install pgbouncer"
      )
    }
    let port = 6432
    folder = try SocketFolder(socketNamed: ".s.PGSQL.\(port)")
    let (settings, log) = ("\(folder.path)/pgbouncer.ini", "\(folder.path)/pgbouncer.log")
    do {
      try Self.settings(before: server, mode, poolSize: poolSize, folder: folder.path, port: port).write(
        toFile: settings, atomically: false, encoding: .utf8)
      let identity = try Self.unprivileged(for: folder.path).map { ["-u", $0] } ?? []
      process = try SupervisedProcess([program] + identity + [settings], in: "/", log: log)
    } catch {
      folder.remove()
      throw error
    }
    var own = server
    own.parameters["host"] = folder.path
    own.parameters["port"] = "\(port)"
    own.parameters["hostaddr"] = nil
    configuration = own
    try await untilListening(log)
  }

  /// Ends it, and removes its folder.
  func stop() async {
    process.end()
    _ = await process.exitCode()
    folder.remove()
  }

  private func untilListening(_ log: String) async throws {
    var direct = configuration
    direct.parameters["connect_timeout"] = "20"
    let deadline = ContinuousClock.now + Slowness.limit
    while true {
      do throws(PostgresError) {
        await (try AsyncConnection.connect(to: direct)).close()
        return
      } catch {
        guard ContinuousClock.now < deadline else {
          let text = FileProbe.machine.text(log) ?? ""
          await stop()
          throw PgBouncerError(description: "PgBouncer can't be connected to: \(error). Its log: \(text)")
        }
      }
      try await Task.sleep(for: .milliseconds(2))
    }
  }

  /// The user whom the folder is given to if this process is root, as which PgBouncer refuses to run.
  private static func unprivileged(for folder: String) throws -> String? {
    guard geteuid() == 0 else { return nil }
    for name in ["postgres", "_postgres", "nobody"] {
      guard let user = getpwnam(name)?.pointee else { continue }
      guard chown(folder, user.pw_uid, user.pw_gid) == 0 else {
        throw PgBouncerError(description: "\(folder) can't be given away.")
      }
      return name
    }
    throw PgBouncerError(
      description: "There is neither a user postgres nor a user nobody to run PgBouncer as.")
  }

  /// PgBouncer's manual, pgbouncer.ini(5).
  ///
  /// By round robin a client on its own meets another server connection with each transaction, as it would
  /// among many clients.
  private static func settings(
    before server: PostgresConfiguration, _ mode: PoolMode, poolSize: Int, folder: String, port: Int
  ) -> String {
    let passed = ["host", "port", "user", "password"].compactMap { name in
      server.parameters[name].map { "\(name)='\($0.replacing("'", with: "''"))'" }
    }
    return """
      [databases]
      * = \(passed.joined(separator: " "))

      [pgbouncer]
      listen_addr =
      listen_port = \(port)
      unix_socket_dir = \(folder)
      unix_socket_mode = 0777
      pidfile = \(folder)/pgbouncer.pid
      auth_type = any
      pool_mode = \(mode.rawValue)
      default_pool_size = \(poolSize)
      max_client_conn = 100
      server_round_robin = 1
      query_wait_timeout = 60
      """
  }
}

/// Why PgBouncer can't be had.
struct PgBouncerError: Error, CustomStringConvertible {
  let description: String
}
