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

  /// Those of a server's databases whose run shows no sign of life: no lock, and no client in any
  /// of its databases.
  static func leftovers(databases: [String], lockedRuns: Set<UInt32>, used: Set<String> = []) -> [String] {
    let busyRuns = Set(used.compactMap { RunIdentifier(databaseName: $0)?.value })
    return databases.filter { name in
      RunIdentifier(databaseName: name).map { !lockedRuns.union(busyRuns).contains($0.value) } ?? false
    }
  }
}
