import CLibPQ

/// What libpq makes of a configuration's parameters: those of a service file, of the environment and of its
/// own defaults with them.
struct EffectiveParameters {
  private let values: [String: String]
  private let known: Set<String>

  /// What libpq takes for a port that is left out.
  let defaultPort: String

  /// Asks libpq, which connects to nothing meanwhile.
  ///
  /// Only a PGconn knows (`PQconninfo`), and libpq makes none without connecting. So this asks for a channel
  /// binding that there isn't: libpq gives up when it has read its parameters, before it looks for a host.
  ///
  /// - Throws: `connectionFailed` with libpq's reason for not taking the parameters.
  init(_ parameters: [String: String]) throws(PostgresError) {
    let refused = "none such"
    var asked = parameters
    asked["channel_binding"] = refused
    guard let handle = LibPQ.start(asked), let options = PQconninfo(handle) else {
      throw PostgresError(.system, "libpq is out of memory.")
    }
    defer {
      PQconninfoFree(options)
      PQfinish(handle)
    }
    var values: [String: String] = [:]
    var known: Set<String> = []
    var defaultPort = "5432"
    var option = options
    while let keyword = option.pointee.keyword.map({ String(cString: $0) }) {
      known.insert(keyword)
      // A secret is left where it is.
      if let value = option.pointee.val, keyword != "password", keyword != "sslpassword" {
        values[keyword] = String(cString: value)
      }
      if keyword == "port", let compiled = option.pointee.compiled { defaultPort = String(cString: compiled) }
      option += 1
    }
    guard values["channel_binding"] == refused else {
      throw PostgresError(.connectionFailed, String(cString: PQerrorMessage(handle)).onOneLine)
    }
    self.values = values
    self.known = known
    self.defaultPort = defaultPort
  }

  /// A parameter; nil if it is empty, which libpq takes for not set.
  subscript(_ name: String) -> String? { values[name].flatMap { $0.isEmpty ? nil : $0 } }

  /// Whether this libpq has such a parameter.
  func isKnown(_ name: String) -> Bool { known.contains(name) }
}

extension LibPQ {
  /// Begins to connect; nil if there is no memory.
  static func start(_ parameters: [String: String]) -> OpaquePointer? {
    let keywords = Array(parameters.keys)
    let values = keywords.map { parameters[$0] ?? "" }
    return CStrings.withPointers(keywords) { keywords in
      CStrings.withPointers(values) { values in PQconnectStartParams(keywords, values, 0) }
    }
  }

  /// What libpq takes for a host that is left out of a list: the usual folder of sockets, or localhost.
  ///
  /// What is empty would be looked up in the environment; a list of two that are empty isn't.
  static let defaultHost: String = {
    let handle = start(["host": ",", "hostaddr": ",", "channel_binding": "none such"])
    defer { PQfinish(handle) }
    return handle.flatMap { PQhost($0) }.map { String(cString: $0) } ?? "localhost"
  }()
}
