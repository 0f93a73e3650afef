import CLibPQ

/// How to reach a server: the parameters of libpq's connection string, as typed values.
///
/// PostgreSQL manual, section 34.1.2, "Parameter Key Words". A parameter that isn't set has libpq's default,
/// which may come from the environment (PGHOST and so on), a service file or a password file.
public struct PostgresConfiguration: Sendable, Hashable {
  /// Every parameter that is set, by libpq's key word.
  public var parameters: [String: String]

  /// How many prepared statements a connection keeps, the least recently used going first.
  ///
  /// 0 prepares none, as poolers in transaction mode want it, whose servers change between two statements.
  public var statementCacheSize = 256

  /// How long a statement may take; nil for ever.
  ///
  /// A statement that takes longer is cancelled on the server, and fails with `timedOut`. A server that
  /// doesn't react to that within 5 seconds loses the connection.
  public var statementTimeout: Duration?

  /// Makes a configuration of single values.
  ///
  /// - Parameter host: A name, an address, or the folder of a Unix socket if it begins with "/".
  /// - Parameter port: The port; also a part of the name of a Unix socket.
  /// - Parameter user: The role to log in as.
  /// - Parameter password: The role's password.
  /// - Parameter database: The database to connect to.
  /// - Parameter connectTimeout: Seconds that each host, and each of its addresses, may take to reply; 0
  ///   waits for ever.
  /// - Parameter parameters: Any further parameter by libpq's key word, such as `sslmode`.
  public init(
    host: String? = nil, port: Int? = nil, user: String? = nil, password: String? = nil,
    database: String? = nil, connectTimeout: Int? = nil, parameters: [String: String] = [:]
  ) {
    self.parameters = parameters
    self.parameters["host"] = host ?? parameters["host"]
    self.parameters["port"] = port.map { "\($0)" } ?? parameters["port"]
    self.parameters["user"] = user ?? parameters["user"]
    self.parameters["password"] = password ?? parameters["password"]
    self.parameters["dbname"] = database ?? parameters["dbname"]
    self.parameters["connect_timeout"] = connectTimeout.map { "\($0)" } ?? parameters["connect_timeout"]
  }

  /// Reads a connection string, either `key=value` pairs or a `postgresql://` URL.
  ///
  /// PostgreSQL manual, section 34.1.1, "Connection Strings".
  ///
  /// - Throws: `invalidConfiguration` if libpq can't parse the string. What was in the string isn't repeated,
  ///   for it may be a password.
  public init(_ connectionString: String) throws(PostgresError) {
    guard !connectionString.utf8.contains(0) else {
      throw PostgresError(.invalidConfiguration, "The connection string has the character U+0000 in it.")
    }
    var complaint: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(connectionString, &complaint) else {
      let reason = complaint.map { Self.withoutQuotations(String(cString: $0)) } ?? "out of memory"
      PQfreemem(complaint)
      throw PostgresError(
        .invalidConfiguration,
        "The connection string can't be read: \(reason). It must look like "
          + "postgresql://user@host:5432/database or host=… user=… dbname=….")
    }
    defer { PQconninfoFree(options) }
    parameters = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        parameters[String(cString: keyword)] = String(cString: value)
      }
      option += 1
    }
    guard !UnencodedPassword.isLikely(in: connectionString, host: host, port: parameters["port"]) else {
      throw PostgresError(
        .invalidConfiguration,
        "The connection string has a host or a database with @ in it, or a port that is not a number. If "
          + "the password of a URL, or another part of it, contains @, /, : or %, write these as %40, %2F, "
          + "%3A and %25.")
    }
  }

  /// The host's name or address, or the folder of its Unix socket.
  public var host: String? { parameters["host"] }
  /// The port; also a part of the name of a Unix socket.
  public var port: Int? { parameters["port"].flatMap(IntegerParameter.value).map { Int($0) } }
  /// The role to log in as.
  public var user: String? { parameters["user"] }
  /// The database to connect to.
  public var database: String? { parameters["dbname"] }
  /// How long each host, and each of its addresses, may take to reply; nil if this configuration doesn't
  /// say.
  ///
  /// Then a service file or PGCONNECT_TIMEOUT may; without any it waits for ever. 0 and less are for ever, 1
  /// is 2.
  public var connectTimeout: Duration? { parameters["connect_timeout"].flatMap(ConnectPlan.timeout) }

  /// The same configuration with another database.
  public func with(database: String) -> PostgresConfiguration {
    var copy = self
    copy.parameters["dbname"] = database
    return copy
  }

  /// Replaces all from the first quotation mark to the last, between which the user's string is quoted.
  ///
  /// Not pair by pair, since the string may have such marks itself; and of any language, since libpq
  /// translates.
  private static func withoutQuotations(_ text: String) -> String {
    // By scalars: the string between the marks may begin with one that Swift joins to the mark. U+FFFD is
    // what becomes of a mark in another encoding.
    let marks: Set<Unicode.Scalar> = ["\"", "«", "»", "“", "”", "„", "「", "」", "\u{FFFD}"]
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: marks.contains),
      let last = scalars.lastIndex(where: marks.contains)
    else { return text.onOneLine }
    return (String(scalars[..<first]) + "…" + String(scalars[scalars.index(after: last)...])).onOneLine
  }
}

extension PostgresConfiguration: CustomStringConvertible, CustomDebugStringConvertible {
  /// Host, port, user and database; never a password.
  public var description: String {
    let shown = [("host", host), ("port", parameters["port"]), ("user", user), ("dbname", database)]
    return shown.compactMap { name, value in value.map { "\(name)=\($0)" } }.joined(separator: " ")
  }

  /// The same as `description`.
  public var debugDescription: String { description }
}

extension PostgresConfiguration: CustomReflectable {
  /// What `dump` shows: the description's parts, never a password.
  public var customMirror: Mirror { Mirror(self, children: ["description": description]) }
}

/// Finds passwords that libpq would take for something else, and repeat in its messages.
///
/// Of a URL whose password has a bare "@" or "/" in it, libpq takes a part for the host, the port or the
/// database: `postgresql://user:p@ss@host`, `postgresql://user:p/ss@host`, `postgresql://user:2024/p@host`.
/// All by bytes, as libpq reads it.
enum UnencodedPassword {
  private static let at = UInt8(ascii: "@")
  private static let slash = UInt8(ascii: "/")

  /// - Parameters:
  ///   - connectionString: The whole.
  ///   - host: What libpq has made of it for host.
  ///   - port: What libpq has made of it for port.
  static func isLikely(in connectionString: String, host: String?, port: String?) -> Bool {
    if let port, !IntegerParameter.isPorts(port) { return true }
    if let host, host.utf8.split(separator: UInt8(ascii: ",")).contains(where: isLikely(host:)) {
      return true
    }
    for scheme in ["postgresql://", "postgres://"] where connectionString.utf8.starts(with: scheme.utf8) {
      return isLikely(afterScheme: connectionString.utf8.dropFirst(scheme.utf8.count))
    }
    return false
  }

  /// No name has an "@" in it, but the folder of a socket may, or the name of an abstract socket, which
  /// begins with one.
  private static func isLikely(host: Substring.UTF8View) -> Bool {
    host.first != slash && host.first != at && host.contains(at)
  }

  /// After what libpq takes for user and password, up to the parameters, only an abstract socket has an "@".
  private static func isLikely(afterScheme rest: Substring.UTF8View) -> Bool {
    var place = rest
    if let end = rest.firstIndex(where: { $0 == at || $0 == slash }), rest[end] == at {
      place = rest[rest.index(after: end)...]
    }
    place = place.prefix { $0 != UInt8(ascii: "?") }
    return place.dropFirst(place.first == at ? 1 : 0).contains(at)
  }
}
