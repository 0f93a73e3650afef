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
