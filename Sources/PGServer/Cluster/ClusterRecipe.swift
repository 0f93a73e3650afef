import PGSystem

/// Everything that decides what a server of the kit is: its programs, the content of a fresh cluster, and so
/// whether a cached one still fits, and its settings.
package struct ClusterRecipe: Sendable, Hashable {
  let installation: PostgresInstallation
  /// What `postgres --version` prints, such as `postgres (PostgreSQL) 17.2`.
  let version: String
  /// Settings that the caller asks for beyond the kit's own; given at the start, so not part of the cache.
  var extraSettings: [String: String] = [:]

  /// The options of initdb.
  ///
  /// The C locale sorts alike on every machine. Everyone may log in, since no other user reaches the socket.
  static let initdbOptions = [
    "--username=\(superuser)", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync",
  ]

  /// The name of the role that owns the cluster.
  static let superuser = "postgres"

  /// What makes the server quiet while it is measured.
  ///
  /// No durability, since the cluster is thrown away; nothing that wakes up in the background and takes the
  /// CPU from a backend; plans that do not depend on the moment.
  static let quietSettings: [(name: String, value: String)] = [
    ("listen_addresses", "''"),
    ("port", "\(port)"),
    ("unix_socket_permissions", "0700"),
    ("max_connections", "300"),
    ("shared_buffers", "128MB"),
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("checkpoint_timeout", "1d"),
    ("max_wal_size", "2GB"),
    ("bgwriter_lru_maxpages", "0"),
    ("autovacuum", "off"),
    ("log_checkpoints", "off"),
    ("jit", "off"),
    ("max_parallel_workers_per_gather", "0"),
    ("timezone", "'UTC'"),
    ("log_timezone", "'UTC'"),
    ("datestyle", "'iso, ymd'"),
    // Its files go with the folder even if the server is killed; those of the others would stay in
    // the system's memory.
    ("dynamic_shared_memory_type", "mmap"),
    // A crash must be noticed, not measured around.
    ("restart_after_crash", "off"),
  ]

  /// The number in the name of the socket; no TCP port is opened.
  package static let port = 5432

  /// What is appended to `postgresql.conf`; of two lines for one setting the later counts.
  var configuration: String {
    Self.quietSettings.map { "\($0.name) = \($0.value)\n" }.joined()
  }

  /// Whether the server counts statements for sessions that ask for it.
  var countsStatements: Bool {
    extraSettings["shared_preload_libraries"] == nil && installation.hasModule("pg_stat_statements")
  }

  /// The extra settings as options of the server, which win over `postgresql.conf`.
  var serverOptions: [String] {
    var settings = extraSettings
    if countsStatements {
      settings["shared_preload_libraries"] = "pg_stat_statements"
      settings["pg_stat_statements.track"] = settings["pg_stat_statements.track"] ?? "none"
      settings["pg_stat_statements.save"] = "off"
    }
    return settings.sorted { $0.key < $1.key }.flatMap { ["-c", "\($0.key)=\($0.value)"] }
  }

  /// The version among the lines that `postgres --version` printed, which may begin with warnings; nil if
  /// there is none.
  static func version(in output: String) -> String? {
    let lines = output.split(separator: "\n")
    return (lines.first { $0.hasPrefix("postgres (") } ?? lines.first).map(String.init)
  }

  /// The name of the cache entry: readable, with a hash of all that decides the content.
  var cacheKey: String {
    let content = ([version, installation.realFolder, configuration] + Self.initdbOptions).joined(
      separator: "\n")
    let number =
      version.split(separator: " ").first { word in
        word.first?.isNumber == true && word.allSatisfy { $0.isLetter || $0.isNumber || $0 == "." }
      } ?? "unknown"
    var hash = FNV1a()
    hash.combine(content)
    return "cluster-\(number)-\(String(hash.value, radix: 16))"
  }
}
