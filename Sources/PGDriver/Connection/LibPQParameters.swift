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

/// The integers among libpq's parameters, read as libpq reads them.
enum IntegerParameter {
  /// Those that libpq reads by the rule of `value`.
  ///
  /// libpq itself looks at some of them late: at connect_timeout when it waits for the connection itself,
  /// which this driver doesn't let it do, at the others when it connects by TCP or makes a cancel request,
  /// which then isn't sent.
  static let names = [
    "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
    "tcp_user_timeout",
  ]

  /// The number that a text stands for: decimal, with a sign or none, in 32 bits, and white space around it;
  /// nil if it doesn't.
  ///
  /// libpq's `pqParseIntParam` (src/interfaces/libpq/fe-connect.c): C's strtol and isspace.
  static func value(_ text: String) -> Int32? {
    var rest = text.utf8[...].drop(while: isSpace)
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    guard !digits.isEmpty, rest[digits.endIndex...].allSatisfy(isSpace) else { return nil }
    return Int32((isNegative ? "-" : "") + String(Substring(digits)))
  }

  /// A list of ports, whose elements may be missing.
  static func isPorts(_ text: String) -> Bool {
    text.utf8.split(separator: UInt8(ascii: ",")).allSatisfy { value(String(Substring($0))) != nil }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// The C library under both drivers.
package enum LibPQ {
  /// Its version, such as "15.18" or "9.6.24".
  package static var version: String {
    let number = Int(PQlibVersion())
    return number >= 100_000
      ? "\(number / 10_000).\(number % 10_000)"
      : "\(number / 10_000).\(number / 100 % 100).\(number % 100)"
  }
}

/// Lends Swift strings to C as a NULL-terminated array of C strings.
enum CStrings {
  /// Calls `body` with pointers that are valid during the call.
  static func withPointers<Answer>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Answer
  ) -> Answer {
    var bytes: [CChar] = []
    let starts = strings.map { string in
      defer { bytes.append(contentsOf: string.utf8CString) }
      return bytes.count
    }
    return bytes.withUnsafeBufferPointer { bytes in
      let pointers: [UnsafePointer<CChar>?] =
        starts.map { start in bytes.baseAddress.map { $0 + start } } + [nil]
      return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }
  }
}
