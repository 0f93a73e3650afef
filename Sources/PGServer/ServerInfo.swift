import PGDriver

/// What a server is, as far as it decides how fast it answers.
public struct ServerInfo: Sendable, Hashable, Codable {
  /// Whose server it is.
  public enum Kind: String, Sendable, Codable {
    /// The kit started it, and may bind and schedule its processes.
    case throwaway
    /// The kit didn't start it; it is named by PGBENCH_DATABASE_URL, and its processes are never touched.
    case external
  }

  /// How clients reach it.
  public enum Transport: String, Sendable, Codable {
    /// A Unix socket.
    case unixSocket
    /// Plain TCP.
    case tcp
    /// TCP under TLS.
    case tls
  }

  /// Where the server keeps its databases.
  public enum Storage: String, Sendable, Codable {
    /// In a file system in memory.
    case memory
    /// In the temporary folder.
    case temporaryFolder
  }

  /// Whose server it is.
  public let kind: Kind
  /// Where the server keeps its databases; nil where that is not known, on an external one.
  public let storage: Storage?
  /// The version in words, such as `17.2 (Debian 17.2-1.pgdg120+1)`.
  public let version: String
  /// The version as a number, such as 170002 for 17.2.
  public let versionNumber: Int
  /// How clients reach it.
  public let transport: Transport
  /// The settings that matter to speed, by name, as SHOW prints them.
  public let settings: [String: String]

  /// The settings that are reported.
  static let namesOfSettings = [
    "autovacuum", "effective_cache_size", "fsync", "full_page_writes", "huge_pages", "jit", "lc_collate",
    "max_connections", "max_parallel_workers_per_gather", "max_wal_size", "random_page_cost",
    "server_encoding", "shared_buffers", "shared_preload_libraries", "synchronous_commit", "TimeZone",
    "track_activities", "track_io_timing", "wal_level", "work_mem",
  ]

  /// Asks the server that a connection leads to.
  init(
    kind: Kind, storage: Storage?, connection: SyncConnection, configuration: PostgresConfiguration
  ) throws(PostgresError) {
    self.kind = kind
    self.storage = storage
    let names = Self.namesOfSettings.map { "'\($0)'" }.joined(separator: ", ")
    let rows = try connection.query(
      """
      SELECT name::pg_catalog.text, pg_catalog.current_setting(name) FROM pg_catalog.pg_settings
      WHERE name IN (\(unescaped: names))
      """)
    var settings: [String: String] = [:]
    for (name, value) in try rows.decode((String, String).self) { settings[name] = value }
    self.settings = settings
    version = connection.serverParameter("server_version") ?? "unknown"
    versionNumber = Int(connection.serverVersion)
    if configuration.host?.utf8.first == UInt8(ascii: "/") {
      transport = .unixSocket
    } else {
      let answer = try connection.query(
        "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()")
      let isEncrypted = try answer.first?.decode(Bool.self, at: 0) ?? false
      transport = isEncrypted ? .tls : .tcp
    }
  }
}
