/// All that connecting needs to know beforehand: what libpq is given, which servers to try in what order, and
/// for how long each.
struct ConnectPlan {
  /// What is the same for each attempt.
  let parameters: [String: String]
  let attempts: [ConnectAttempt]
  /// For each attempt; nil is for ever.
  let timeout: Duration?
  /// What sessions must be like, unless an attempt says otherwise.
  let targetSession: String
  /// Whether the addresses of a host are tried in random order.
  let isShuffled: Bool

  /// - Throws: `invalidConfiguration` for what can't be used; `connectionFailed` with libpq's reason.
  init(_ configuration: PostgresConfiguration) throws(PostgresError) {
    var configured = configuration.parameters
    for (keyword, value) in configured where keyword.utf8.contains(0) || value.utf8.contains(0) {
      throw PostgresError(
        .invalidConfiguration, "The parameter \(keyword) has the character U+0000 in it.")
    }
    guard let encoding = ClientEncoding(parameter: configured["client_encoding"] ?? "") else {
      throw PostgresError(
        .invalidConfiguration,
        "client_encoding must be UTF8, which is what Swift's strings are, or SQL_ASCII, by which bytes come as they "
          + "are. The server converts from and to the database's encoding. Leave it out.")
    }
    // In the environment's place, too.
    configured["client_encoding"] = encoding.rawValue
    configured["application_name"] = configured["application_name"] ?? configured["fallback_application_name"]
    configured["fallback_application_name"] = "PGDriver"
    let effective = try EffectiveParameters(configured)
    for name in IntegerParameter.names {
      guard let text = effective[name] else { continue }
      guard IntegerParameter.value(text) != nil else { throw .notAnInteger(name) }
    }
    guard IntegerParameter.isPorts(effective["port"] ?? "") else { throw .notAnInteger("port") }
    timeout = effective["connect_timeout"].flatMap(Self.timeout)
    let servers = try ConnectAttempt.list(
      host: effective["host"], hostaddr: effective["hostaddr"], port: effective["port"],
      defaultHost: LibPQ.defaultHost, defaultPort: effective.defaultPort)
    isShuffled = effective["load_balance_hosts"] == "random"
    if isShuffled { configured["load_balance_hosts"] = "disable" }
    targetSession = effective["target_session_attrs"] ?? "any"
    attempts = Self.passes(
      through: isShuffled ? servers.shuffled() : servers,
      preferringStandby: targetSession == "prefer-standby")
    parameters = configured
  }

  /// What a connect_timeout means: libpq rounds 1 up to 2, since its clock has whole seconds; 0 and less are
  /// for ever.
  static func timeout(_ text: String) -> Duration? {
    guard let seconds = IntegerParameter.value(text), seconds > 0 else { return nil }
    return .seconds(max(seconds, 2))
  }

  /// What preferring a standby means: all servers as standbys, then all as they are.
  private static func passes(
    through servers: [ConnectAttempt], preferringStandby: Bool
  ) -> [ConnectAttempt] {
    guard preferringStandby else { return servers }
    return ["standby", "any"].flatMap { target in
      servers.map { server in
        var attempt = server
        attempt.targetSession = target
        return attempt
      }
    }
  }

  /// What libpq is given for an attempt.
  func parameters(of attempt: ConnectAttempt) -> [String: String] {
    var all = parameters
    all["host"] = attempt.host
    all["hostaddr"] = attempt.hostaddr
    all["port"] = attempt.port
    if let target = attempt.targetSession { all["target_session_attrs"] = target }
    return all
  }
}

extension PostgresError {
  fileprivate static func notAnInteger(_ name: String) -> PostgresError {
    PostgresError(
      .invalidConfiguration, "\(name) is not an integer, or is too great. Write a decimal number.")
  }
}
