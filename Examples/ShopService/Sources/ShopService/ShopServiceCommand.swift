import Foundation
import Logging
import PGDriver
import PGServer
import ServiceLifecycle
import ShopServer

/// The program: reads its configuration, and serves until it is told to end.
@main
struct ShopServiceCommand {
  static func main() async {
    if CommandLine.arguments.contains("--help") { return print(help) }
    do {
      try await run()
    } catch is CancellationError {
      // Told to end before it could begin.
    } catch {
      write("ShopService can't go on: \(error)\n", to: .standardError)
      exit(1)
    }
  }

  private static func run() async throws {
    let configuration = try ServiceConfiguration(
      arguments: CommandLine.arguments, environment: ProcessInfo.processInfo.environment)
    var logger = Logger(label: "shop") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = configuration.settings.logLevel
    switch configuration.database {
    case .named(let database):
      try await serve(database, configuration.settings, logger)
    case .throwaway:
      logger.notice("No database is named: starting a PostgreSQL that is thrown away at the end")
      try await ThrowawayServer.with { server in
        let database = try await server.database(for: .empty)
        try await serve(database.configuration, configuration.settings, logger)
      }
    }
  }

  /// Serves until SIGTERM or SIGINT; then finishes what has begun, within 30 seconds.
  private static func serve(
    _ database: PostgresConfiguration, _ settings: ShopSettings, _ logger: Logger
  ) async throws {
    logger.info("Using a database", metadata: ["database": "\(database)"])
    let shop = try Shop(database, settings, logger: logger)
    let application = shop.application { port in
      write("Listening at http://\(settings.host):\(port)\n", to: .standardOutput)
    }
    var group = ServiceGroupConfiguration(
      services: [.init(service: application)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    group.maximumGracefulShutdownDuration = .seconds(30)
    try await ServiceGroup(configuration: group).run()
  }

  private static var help: String {
    let options = ServiceConfiguration.keys.map {
      "  \($0.option.padding(toLength: 16, withPad: " ", startingAt: 0))\($0.help)"
    }
    return """
      A shop's users and products over HTTP.

      \(options.joined(separator: "\n"))

      Each can also be set by the variable named. Without DATABASE_URL the PG variables of libpq tell where
      the database is; without these the program starts a PostgreSQL that is thrown away at the end.
      """
  }

  /// At once, also into a pipe.
  private static func write(_ text: String, to file: FileHandle) {
    file.write(Data(text.utf8))
  }
}
