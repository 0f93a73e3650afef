import ShopServer
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  private static func read(
    _ arguments: [String] = [], _ environment: [String: String] = [:]
  ) throws -> ServiceConfiguration {
    try ServiceConfiguration(arguments: ["ShopService"] + arguments, environment: environment)
  }

  @Test("Without any, the defaults hold, and the database is thrown away")
  func defaults() throws {
    let configuration = try Self.read()
    #expect(configuration.settings == ShopSettings())
    #expect(configuration.databaseName == "throwaway")
  }

  @Test("An argument counts before a variable, a variable before the default")
  func order() throws {
    let environment = ["HTTP_PORT": "81", "POOL_SIZE": "3", "LOG_LEVEL": "DEBUG"]
    let settings = try Self.read(["--http-port", "0"], environment).settings
    #expect(settings.port == 0 && settings.poolSize == 3 && settings.logLevel == .debug)
    #expect(settings.host == "127.0.0.1")
  }

  @Test("A URL names the database, and so do libpq's variables")
  func database() throws {
    let url = "postgresql://shop:secret@db:5433/shop"
    let named = try Self.read([], ["DATABASE_URL": url])
    #expect(named.databaseName == "host=db port=5433 user=shop dbname=shop")
    #expect(try Self.read([], ["PGHOST": "db"]).databaseName == "")
    #expect(try Self.read([], ["PGHOST": "", "DATABASE_URL": ""]).databaseName == "throwaway")
  }

  @Test(
    "What can't be used is refused, and named",
    arguments: [
      ("--http-port=x", "http.port"), ("--http-port=65536", "65535"), ("--pool-size=0", "pool.size"),
      ("--log-level=loud", "warning"), ("--prot=1", "--help"),
    ])
  func refused(argument: String, reason: String) {
    let error = #expect(throws: ConfigurationProblem.self) { try Self.read([argument]) }
    #expect(error?.description.contains(reason) ?? false, "\(error.map { "\($0)" } ?? "")")
  }

  @Test("A URL that can't be read isn't repeated, for its password is in it")
  func secret() {
    let error = #expect(throws: (any Error).self) {
      try Self.read([], ["DATABASE_URL": "postgresql://shop:sec/ret@db:x/shop"])
    }
    #expect(error.map { !"\($0)".contains("sec") } ?? false)
  }
}

extension ServiceConfiguration {
  fileprivate var databaseName: String {
    switch database {
    case .named(let configuration): "\(configuration)"
    case .throwaway: "throwaway"
    }
  }
}
