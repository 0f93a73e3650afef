import Foundation
import PGServer
import PGSystem

/// What the builds and test programs of the two commits get of this process's environment.
///
/// The commit in question may be a stranger's, and code of it runs as soon as its manifest is read. So it
/// gets what programs and compilers commonly need, and nothing that may be a secret: no token, no password,
/// no address of a server. Only the test programs get libpq's own variables, and only where the server is one
/// that PGBENCH_DATABASE_URL names: they connect to it.
struct ChildEnvironment: Sendable {
  /// For what is built.
  let ofBuild: [String: String]
  /// For the test programs: also libpq's variables, where the server in use is one that they complete the
  /// address of.
  let ofPrograms: [String: String]

  /// Chooses from an environment.
  ///
  /// - Parameter names: Further variables, which are handed over whatever they are.
  init(of caller: [String: String] = CallersEnvironment.current(), passing names: [String] = []) {
    ofBuild = caller.filter { name, value in names.contains(name) || Self.isOrdinary(name, value) }
    let isServerNamed = !(caller[ExternalServer.variable] ?? "").isEmpty
    let ofLibPQ = caller.filter { name, _ in
      isServerNamed && name.hasPrefix("PG") && !name.hasPrefix("PGBENCH")
    }
    ofPrograms = ofBuild.merging(ofLibPQ) { value, _ in value }
  }

  /// What is wrong with a name that is to be handed over; nil if nothing is.
  static func refusal(of name: String, in caller: [String: String]) -> String? {
    if GitCommand.isOfRepository(name) {
      return "\(name) is not handed over: it would lead the git of a build to the repository of this command."
    }
    return caller[name] == nil ? "\(name) is not set, so there is nothing to hand over." : nil
  }

  private static func isOrdinary(_ name: String, _ value: String) -> Bool {
    if names.contains(name) { return true }
    if proxies.contains(name.lowercased()) { return !value.contains("@") }
    return prefixes.contains { name.hasPrefix($0) } && !isSecret(name, value)
  }

  /// Whether a variable of a family that is handed over may be something to keep.
  private static func isSecret(_ name: String, _ value: String) -> Bool {
    name == ExternalServer.variable || value.contains("://") || value.contains("@")
      || value.contains("password")
      || secretWords.contains { name.uppercased().contains($0) }
  }

  private static let names: Set<String> = [
    "PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "SHELL", "TERM", "NO_COLOR", "LANG", "LANGUAGE", "TZ", "CI",
    "TOOLCHAINS", "SDKROOT", "DEVELOPER_DIR", "MACOSX_DEPLOYMENT_TARGET", "CC", "CXX", "CPATH",
    "C_INCLUDE_PATH",
    "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR", "NO_PROXY",
    "no_proxy",
    // How git is installed and set up, which fetches dependencies; not how it authenticates.
    "GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
  ]
  private static let prefixes = ["LC_", "XDG_", "SWIFT", "PKG_CONFIG", "DYLD_", "PGBENCH_"]
  /// They may hold a password: `http://user:password@proxy`.
  private static let proxies: Set<String> = ["http_proxy", "https_proxy", "all_proxy"]
  private static let secretWords = [
    "TOKEN", "SECRET", "PASS", "KEY", "CREDENTIAL", "AUTH", "URL", "URI", "DSN",
  ]
}

/// Whether a program would be found by its name.
enum SearchPath {
  static func has(_ program: String, in environment: [String: String]) -> Bool {
    (environment["PATH"] ?? "").split(separator: ":")
      .contains { FileProbe.machine.isExecutable("\($0)/\(program)") }
  }
}

/// The end of a log, however long that is, and whatever bytes it holds.
enum LogTail {
  static func text(of path: String, bytes: UInt64 = 4096) -> String {
    guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else { return "" }
    defer { try? file.close() }
    guard (try? file.seek(toOffset: end - min(end, bytes))) != nil else { return "" }
    return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
  }
}
