import PGSystem

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
        "client_encoding must be UTF8, which is what Swift's strings are, or SQL_ASCII, by which bytes come "
          + "as they are. The server converts from and to the database's encoding. Leave it out.")
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

/// One server of those that a configuration names, to be tried for a time of its own.
struct ConnectAttempt: Sendable, Hashable {
  /// A name, an address, or the folder of a Unix socket; nil leaves it to libpq.
  var host: String?
  /// The address to use in place of looking up the host.
  var hostaddr: String?
  /// nil leaves it to libpq.
  var port: String?
  /// What the session must be like; nil leaves it to libpq.
  var targetSession: String?

  /// The name that has to be looked up before libpq is asked to connect, for it would block.
  var nameToLookUp: String? {
    guard hostaddr == nil, let host, let first = host.utf8.first, first != UInt8(ascii: "/"),
      first != UInt8(ascii: "@")
    else { return nil }
    return host
  }

  /// Where it leads, for messages.
  var place: String {
    guard let host = host ?? hostaddr else { return "the default host" }
    let address = hostaddr.flatMap { $0 == host ? nil : " (\($0))" } ?? ""
    return "\"\(host)\"\(address)" + (port.map { ", port \($0)" } ?? "")
  }
}

extension ConnectAttempt {
  /// Takes comma-separated lists apart, as libpq does (src/interfaces/libpq/fe-connect.c,
  /// `pqConnectOptions2`).
  ///
  /// hostaddr, if there is one, says how many there are. A single port is that of all. What is empty in a
  /// list has libpq's default.
  ///
  /// - Throws: `invalidConfiguration` if the lists aren't equally long.
  static func list(
    host: String?, hostaddr: String?, port: String?, defaultHost: @autoclosure () -> String,
    defaultPort: String
  ) throws(PostgresError) -> [ConnectAttempt] {
    let hosts = host.map(elements) ?? []
    let addresses = hostaddr.map(elements) ?? []
    let ports = port.map(elements) ?? []
    let count = max(1, addresses.isEmpty ? hosts.count : addresses.count)
    guard hosts.isEmpty || hosts.count == count else {
      throw PostgresError(
        .invalidConfiguration,
        "There are \(hosts.count) hosts and \(count) values of hostaddr. Name one of each for each server.")
    }
    guard ports.count <= 1 || ports.count == count else {
      throw PostgresError(
        .invalidConfiguration,
        "There are \(ports.count) ports and \(count) hosts. Name one port for all, or one for each host.")
    }
    return (0..<count).map { index in
      let address = addresses.isEmpty || addresses[index].isEmpty ? nil : addresses[index]
      var host = hosts.isEmpty ? nil : hosts[index]
      if host?.isEmpty == true { host = address == nil ? defaultHost() : nil }
      let port = ports.isEmpty ? nil : ports[ports.count == 1 ? 0 : index]
      return ConnectAttempt(host: host, hostaddr: address, port: port?.isEmpty == true ? defaultPort : port)
    }
  }

  private static func elements(_ list: String) -> [String] {
    list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
      .map { String(Substring($0)) }
  }
}

/// Which attempts to connect are still to be made, and what came of the others; pure.
struct ConnectProgress {
  /// What came of an attempt.
  struct Complaint {
    let message: String
    var fields: ServerFields?
    var isTimeOut = false
  }

  enum Next {
    case lookUp(String)
    case attempt(ConnectAttempt)
    /// Nothing is left to try.
    case failed(PostgresError)
  }

  /// An attempt in progress.
  struct Running {
    let attempt: ConnectAttempt
    let deadline: MonotonicInstant?
  }

  let plan: ConnectPlan
  var running: Running?
  /// The next is the last.
  private var waiting: [ConnectAttempt]
  private var complaints: [Complaint] = []

  init(_ plan: ConnectPlan) {
    self.plan = plan
    waiting = plan.attempts.reversed()
  }

  /// What to do next; an attempt is taken from those that wait.
  mutating func next() -> Next {
    guard let attempt = waiting.last else { return .failed(error) }
    if let name = attempt.nameToLookUp { return .lookUp(name) }
    waiting.removeLast()
    return .attempt(attempt)
  }

  /// Puts a name's addresses, in order, in the place of the name that was asked for.
  mutating func found(_ addresses: [String]) {
    guard let attempt = waiting.popLast() else { return }
    for address in (plan.isShuffled ? addresses.shuffled() : addresses).reversed() {
      var further = attempt
      further.hostaddr = address
      waiting.append(further)
    }
  }

  /// The name that was asked for has no address.
  mutating func foundNothing(_ reason: String) {
    guard let attempt = waiting.popLast() else { return }
    let name = attempt.host ?? ""
    complaints.append(Complaint(message: "could not translate host name \"\(name)\" to address: \(reason)"))
  }

  /// An attempt failed.
  ///
  /// - Parameter isFinal: Whether libpq would try no other then.
  mutating func failed(_ complaint: Complaint, isFinal: Bool) {
    running = nil
    complaints.append(complaint)
    if isFinal { waiting = [] }
  }

  /// What to throw when nothing is left to try: all that was said, each thing once.
  private var error: PostgresError {
    var messages: [String] = []
    for complaint in complaints where !messages.contains(complaint.message) {
      messages.append(complaint.message)
    }
    let isTimeOut = !complaints.isEmpty && complaints.allSatisfy(\.isTimeOut)
    // The last server that said a word, for that may be what ended it.
    return PostgresError(
      isTimeOut ? .timedOut : .connectionFailed, messages.joined(separator: "; "),
      serverFields: complaints.last { $0.fields != nil }?.fields)
  }
}
