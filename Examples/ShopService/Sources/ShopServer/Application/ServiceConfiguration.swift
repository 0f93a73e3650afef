import Configuration
import Logging
import PGDriver

/// Everything that the program is told from outside.
package struct ServiceConfiguration: Sendable {
  /// Where the database is.
  package enum Database: Sendable {
    /// As a URL or a connection string says.
    case named(PostgresConfiguration)
    /// A server of the program's own, which is thrown away with it.
    case throwaway
  }

  package let settings: ShopSettings
  package let database: Database

  /// What the program takes, as its help tells it.
  package static let keys: [(option: String, help: String)] = [
    ("--http-host", "HTTP_HOST: the address to listen at; 127.0.0.1"),
    ("--http-port", "HTTP_PORT: the port to listen at, 0 for one that is free; 8080"),
    ("--database-url", "DATABASE_URL: postgresql://user:password@host/database"),
    ("--pool-size", "POOL_SIZE: connections of each of the two pools; 10"),
    ("--log-level", "LOG_LEVEL: trace, debug, info, notice, warning, error or critical; info"),
  ]

  /// Reads the configuration; an argument counts before a variable of the environment.
  ///
  /// - Throws: `ConfigurationProblem`, or what is wrong with the URL.
  package init(arguments: [String], environment: [String: String]) throws {
    if let unknown = arguments.dropFirst().first(where: Self.isUnknown) {
      throw ConfigurationProblem("There is no option \(unknown). Ask for --help.")
    }
    let reader = ConfigReader(providers: [
      CommandLineArgumentsProvider(arguments: arguments),
      EnvironmentVariablesProvider(environmentVariables: environment),
    ])
    settings = try ShopSettings(reader)
    database = try Self.database(reader, environment)
  }

  /// An option that isn't known; what follows an option is its value.
  private static func isUnknown(_ argument: String) -> Bool {
    let name = argument.prefix { $0 != "=" }
    return argument.hasPrefix("--") && !keys.contains { $0.option == name }
  }

  private static func database(_ reader: ConfigReader, _ environment: [String: String]) throws -> Database {
    if let url = reader.string(forKey: "database.url", isSecret: true), !url.isEmpty {
      return .named(try PostgresConfiguration(url))
    }
    // libpq reads these by itself.
    let variables = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGSERVICE"]
    let isNamed = variables.contains { environment[$0].map { !$0.isEmpty } ?? false }
    return isNamed ? .named(PostgresConfiguration()) : .throwaway
  }
}

/// What can't be used of the configuration, and what to do about it.
package struct ConfigurationProblem: Error, CustomStringConvertible {
  package let description: String

  /// Says what is wrong.
  init(_ description: String) { self.description = description }
}

extension ShopSettings {
  /// Reads what is set, and leaves the rest as it is by default.
  init(_ reader: ConfigReader) throws(ConfigurationProblem) {
    self.init()
    host = reader.string(forKey: "http.host", default: host)
    port = try Self.number("http.port", reader, 0...65_535) ?? port
    poolSize = try Self.number("pool.size", reader, 1...1000) ?? poolSize
    if let text = reader.string(forKey: "log.level") {
      guard let level = Logger.Level(rawValue: text.lowercased()) else {
        let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
        throw ConfigurationProblem("log.level is \(text). Choose one of \(levels).")
      }
      logLevel = level
    }
  }

  private static func number(
    _ name: String, _ reader: ConfigReader, _ range: ClosedRange<Int>
  ) throws(ConfigurationProblem) -> Int? {
    guard let text = reader.string(forKey: ConfigKey(name)) else { return nil }
    guard let number = WholeNumber.read(text), range.contains(number) else {
      throw ConfigurationProblem(
        "\(name) is \(text). Choose a whole number from \(range.lowerBound) to \(range.upperBound).")
    }
    return number
  }
}
