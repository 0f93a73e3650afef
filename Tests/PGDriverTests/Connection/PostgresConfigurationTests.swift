import PGDriver
import Testing

@Suite("A configuration")
struct PostgresConfigurationTests {
  @Test("reads key=value pairs, quoted ones too")
  func keyValuePairs() throws {
    let configuration = try PostgresConfiguration(
      #"host=/run/pg port=5433 user='o''neill' password='a b\'c' dbname=shop sslmode=disable"#
        .replacing("o''neill", with: #"o\'neill"#))
    #expect(configuration.host == "/run/pg")
    #expect(configuration.port == 5433)
    #expect(configuration.user == "o'neill")
    #expect(configuration.database == "shop")
    #expect(configuration.parameters["password"] == "a b'c")
    #expect(configuration.parameters["sslmode"] == "disable")
  }

  @Test(
    "reads a URL, with percent-encoded characters and query parameters",
    arguments: ["postgresql", "postgres"])
  func url(scheme: String) throws {
    let configuration = try PostgresConfiguration(
      "\(scheme)://anna:s%40cret@db.example.org:6000/my%20shop?connect_timeout=7&application_name=test")
    #expect(configuration.host == "db.example.org")
    #expect(configuration.port == 6000)
    #expect(configuration.user == "anna")
    #expect(configuration.database == "my shop")
    #expect(configuration.connectTimeout == .seconds(7))
    #expect(configuration.parameters["password"] == "s@cret")
    #expect(configuration.parameters["application_name"] == "test")
  }

  @Test("reads a URL whose host is the folder of a Unix socket")
  func socketURL() throws {
    let configuration = try PostgresConfiguration("postgresql:///shop?host=/var/run/postgresql")
    #expect(configuration.host == "/var/run/postgresql")
    #expect(configuration.database == "shop")
    #expect(configuration.port == nil)
    #expect(configuration.user == nil)
  }

  @Test("reads several hosts, IPv6 addresses and an empty string")
  func unusual() throws {
    let several = try PostgresConfiguration("postgresql://one:5432,two:5433/shop")
    #expect(several.host == "one,two")
    #expect(several.parameters["port"] == "5432,5433")
    #expect(several.port == nil)
    #expect(try PostgresConfiguration("postgresql://[::1]:5432/shop").host == "::1")
    #expect(try PostgresConfiguration("").parameters.isEmpty)
  }

  @Test("is made of typed values, which win over the same parameters by key word")
  func typedValues() {
    let configuration = PostgresConfiguration(
      host: "db", port: 1, user: "anna", password: "p", database: "shop", connectTimeout: 3,
      parameters: ["host": "other", "port": "2", "sslmode": "require"])
    #expect(
      configuration.parameters == [
        "host": "db", "port": "1", "user": "anna", "password": "p", "dbname": "shop", "connect_timeout": "3",
        "sslmode": "require",
      ])
    #expect(PostgresConfiguration(parameters: ["host": "db"]).host == "db")
    #expect(configuration.with(database: "other").database == "other")
    #expect(configuration.with(database: "other").user == "anna")
  }

  @Test(
    "waits for ever without a connect_timeout, and at least 2 seconds with one",
    arguments: [
      (nil, nil), (0, nil), (-1, nil), (1, .seconds(2)), (2, .seconds(2)), (10, .seconds(10)),
    ] as [(Int?, Duration?)])
  func connectTimeout(seconds: Int?, expected: Duration?) {
    #expect(PostgresConfiguration(connectTimeout: seconds).connectTimeout == expected)
  }

  @Test(
    "that can't be read is refused without a word of what was in it",
    arguments: [
      "host=db password=hunter2 hunter2",
      "host=db password=x hun\"ter2 hunter2",
      "hun\"ter2hunter2",
      "\u{301}hunter2", "\u{301}hunter2=1", "password=x \u{301}hunter2", "hunter2\u{301}",
      "postgresql://a:x@db/shop?\u{301}hunter2",
      "password='hunter2",
      "hunter2=1",
      "postgresql://anna:hunter2%zz@db/shop",
      "postgresql://anna:hunter2%00@db/shop",
      "postgresql://anna:x@[hunter2/shop",
      "postgresql://anna:x@db/shop?hunter2=hunter2",
      "postgresql://anna:x@db/shop?\"hunter2",
      "postgresql://anna:x@db/shop?password=hun=ter2",
    ])
  func secretsInComplaints(connectionString: String) async throws {
    let error = try await errorOf { try PostgresConfiguration(connectionString) }
    #expect(error.code == .invalidConfiguration)
    for text in ["\(error)", error.message, String(reflecting: error), Self.dumped(error)] {
      #expect(!text.contains("ter2"))
      #expect(text.contains("postgresql://user@host:5432/database"))
    }
  }

  @Test(
    "whose URL has a password with a bare @ or / in it is refused with advice, for parts of it would pass for host and port",
    arguments: [
      "postgresql://anna:hun@ter2@db/shop", "postgresql://anna:hun/ter2@db/shop",
      "postgresql://maker:2024/hunter2@host/db", "postgresql://maker:/hunter2@host/db",
      "postgres://maker:2024/hun/ter2@host/db?connect_timeout=7", "postgresql://hun/ter2:x@host/db",
      "postgresql://anna:hun@a,@ter2@db/shop", "postgresql://anna:hun\u{600}/ter2@db/shop",
      "postgresql://anna:hun/\u{301}ter2@\u{301}db/shop", "postgresql://anna:hun@hunter2,@db/shop",
      "host=hun@ter2 user=anna", "host=db port=hunter2",
    ])
  func unencodedPassword(url: String) async throws {
    let error = try await errorOf { try PostgresConfiguration(url) }
    #expect(error.code == .invalidConfiguration)
    #expect(error.message.contains("%40"))
    #expect(!String(reflecting: error).contains("ter2"))
    #expect(!String(reflecting: error).contains("hun"))
  }

  @Test(
    "takes what libpq takes",
    arguments: [
      ("host=/tmp/a@b", "/tmp/a@b", nil), ("host=/tmp/a@b,/tmp/c@d", "/tmp/a@b,/tmp/c@d", nil),
      ("host=@abstract@socket", "@abstract@socket", nil), ("host=db port='5432 '", "db", 5432),
      ("host=db port=' +5432'", "db", 5432), ("host=a,b port=5433,", "a,b", nil), ("host=, port=,", ",", nil),
      ("postgresql:///shop?host=/tmp/a@b&user=anna@server", "/tmp/a@b", nil),
      ("postgresql://%2Ftmp%2Fa%40b/shop", "/tmp/a@b", nil),
      ("postgresql://anna@@abstract/shop", "@abstract", nil),
      ("postgresql://db:5432/a%40b", "db", 5432), ("postgresql://anna:x@db:%205432/shop", "db", 5432),
    ] as [(String, String, Int?)])
  func unusualButRight(string: String, host: String, port: Int?) throws {
    let configuration = try PostgresConfiguration(string)
    #expect(configuration.host == host)
    #expect(configuration.port == port)
  }

  @Test("with a zero character is refused, for C would cut it off there")
  func zeroCharacter() async throws {
    let inString = try await errorOf { try PostgresConfiguration("host=db\u{0} password=hunter2") }
    #expect(inString.code == .invalidConfiguration)
    #expect(!inString.message.contains("hunter2"))
    let inValue = try await errorOf {
      try SyncConnection.connect(to: PostgresConfiguration(host: "/nowhere", password: "hunter\u{0}2"))
    }
    #expect(inValue.code == .invalidConfiguration)
    #expect(inValue.message.contains("password"))
    #expect(!inValue.message.contains("hunter"))
  }

  @Test("shows host, port, user and database, and a password nowhere")
  func description() throws {
    let configuration = try PostgresConfiguration(
      "postgresql://anna:hunter2@db:5433/shop?sslpassword=hunter2")
    #expect("\(configuration)" == "host=db port=5433 user=anna dbname=shop")
    #expect(String(reflecting: configuration) == "\(configuration)")
    for text in [
      "\(configuration)", String(reflecting: configuration), Self.dumped(configuration),
      "\([configuration])", "\(Optional(configuration) as Any)", Self.dumped([configuration]),
    ] {
      #expect(!text.contains("hunter2"))
      #expect(text.contains("anna"))
    }
  }

  private static func dumped(_ value: some Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
  }
}
