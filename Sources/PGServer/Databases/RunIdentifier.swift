import PGDriver

/// The number of one run, which is in the names of its databases and is locked while it lives.
struct RunIdentifier: Sendable, Hashable {
  let value: UInt32

  /// The first half of the advisory locks' keys, "PGBK" in ASCII.
  static let lockClass: Int32 = 0x5047_424B

  /// Locks the run until the session's end.
  ///
  /// Shared, since several sessions of the run hold it. Without waiting: a session that has locked the number
  /// exclusively keeps it locked as well, and must not block the run.
  var lockStatement: String {
    "SELECT pg_catalog.pg_try_advisory_lock_shared(\(Self.lockClass), \(Int32(bitPattern: value)))"
  }

  /// A channel on which no session sends.
  var channel: String { name(ofDatabase: "keeper") }

  static func random() -> RunIdentifier { RunIdentifier(value: .random(in: 0...UInt32.max)) }

  init(value: UInt32) { self.value = value }

  /// The run that made a database; nil for a name that is not of the kit's pattern.
  init?(databaseName: String) {
    let parts = databaseName.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "pgbenchkit", parts[1].utf8.count == 8, Int(parts[2]) != nil,
      let value = UInt32(parts[1], radix: 16), Self(value: value).name(ofDatabase: parts[2]) == databaseName
    else { return nil }
    self.value = value
  }

  /// The name of the run's database of a number, `pgbenchkit_<run>_<n>`.
  func name(ofDatabase number: some CustomStringConvertible) -> String {
    let digits = String(value, radix: 16)
    return "pgbenchkit_\(String(repeating: "0", count: 8 - digits.count))\(digits)_\(number)"
  }

  /// Those of a server's databases whose run seems to have ended: no session has its lock, and none is
  /// connected to any of its databases.
  static func leftovers(databases: [String], lockedRuns: Set<UInt32>, used: Set<String> = []) -> [String] {
    let busyRuns = Set(used.compactMap { RunIdentifier(databaseName: $0)?.value })
    return databases.filter { name in
      RunIdentifier(databaseName: name).map { !lockedRuns.union(busyRuns).contains($0.value) } ?? false
    }
  }
}

/// A second connection that locks a run, and is opened anew at once when it is ended.
///
/// A connection that only waits is ended by time-outs of the server and of what is on the way, and by
/// administrators. One that sends nothing doesn't notice until it is used again, and meanwhile another run
/// would take the databases for those of a dead one.
final class RunKeeper: Sendable {
  private let task: Task<Void, Never>

  init(_ configuration: PostgresConfiguration, of run: RunIdentifier) {
    task = Task.detached {
      while !Task.isCancelled {
        try? await Self.hold(configuration, run)
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  deinit { task.cancel() }

  /// Lets go of the lock, and returns when the connection is closed.
  func stop() async {
    task.cancel()
    await task.value
  }

  /// Returns when the connection ends, or the task is cancelled.
  private static func hold(_ configuration: PostgresConfiguration, _ run: RunIdentifier) async throws {
    let connection = try await AsyncConnection.connect(to: configuration)
    do {
      try await connection.execute(OwnSession.emptyPath)
      try await connection.execute(OwnSession.settings(serverVersion: connection.serverVersion))
      try await connection.execute(run.lockStatement)
      // No session sends anything: this waits for the connection's end.
      for try await _ in try await connection.notifications(on: run.channel) {}
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
  }
}

// What runs that died left on a server that others use too.
extension DatabaseMaker {
  /// How many seconds a run may take, on a busy machine too, to open a connection anew that was
  /// ended from outside.
  private static let patience = 5

  /// Drops the databases of runs that died, as far as this role owns them and no session uses them.
  ///
  /// It looks twice: a live run whose connections were all ended at once locks itself anew in the meantime.
  func sweep() throws(DatabaseServerError) {
    let connection = try connect()
    do throws(PostgresError) {
      let first = try Self.leftovers(connection)
      guard !first.isEmpty else { return }
      try connection.execute("SELECT pg_catalog.pg_sleep(\(Self.patience))")
      let second = Set(try Self.leftovers(connection))
      for name in first where second.contains(name) {
        // Another session may be connected, or may drop it too: the next start tries again.
        try? connection.execute("DROP DATABASE IF EXISTS \(name)")
      }
    } catch {
      throw DatabaseServerError(
        .databaseFailed, "The databases of earlier runs at \(description) could not be listed: \(error)")
    }
  }

  private static func leftovers(_ connection: SyncConnection) throws(PostgresError) -> [String] {
    // Databases first: a run locks before it creates.
    let databases = try connection.query(
      """
      SELECT d.datname::pg_catalog.text,
        EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)
      FROM pg_catalog.pg_database d WHERE pg_catalog.pg_get_userbyid(d.datdba) = CURRENT_USER
      """
    ).decode((String, Bool).self)
    let locks = try connection.query(
      """
      SELECT objid::pg_catalog.int8 FROM pg_catalog.pg_locks
      WHERE locktype = 'advisory' AND objsubid = 2
        AND classid::pg_catalog.int8 = \(Int64(RunIdentifier.lockClass))
      """
    ).decode(Int64.self)
    return RunIdentifier.leftovers(
      databases: databases.map(\.0), lockedRuns: Set(locks.map { UInt32(truncatingIfNeeded: $0) }),
      used: Set(databases.filter(\.1).map(\.0)))
  }
}
