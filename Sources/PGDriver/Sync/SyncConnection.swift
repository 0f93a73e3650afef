import PGSystem

/// A connection whose calls block the calling thread until the server has replied.
///
/// Not Sendable: one thread has it at a time. Use a `SyncPool` to share connections among threads.
public final class SyncConnection: PostgresConnection {
  let core: ConnectionCore
  private let statementTimeout: Duration?

  /// Connects to the first of the configuration's servers that lets it.
  ///
  /// When to go on to the next is libpq's rule; manual, section 34.1.1.3, "Specifying Multiple Hosts".
  /// `connect_timeout`, which may also come from the environment or a service file, is for each host and each
  /// of its addresses.
  ///
  /// - Parameter configuration: Where to connect to, and how.
  /// - Parameter onNotice: Called with each notice or warning that the server sends.
  /// - Throws: `connectionFailed` with what each server or libpq said; `timedOut` if none replied within
  ///   `connect_timeout`; `invalidConfiguration`.
  public static func connect(
    to configuration: PostgresConfiguration, onNotice: (@Sendable (ServerFields) -> Void)? = nil
  ) throws(PostgresError) -> SyncConnection {
    try SyncConnection(configuration, onNotice)
  }

  private init(
    _ configuration: PostgresConfiguration, _ onNotice: (@Sendable (ServerFields) -> Void)?
  ) throws(PostgresError) {
    statementTimeout = configuration.statementTimeout
    core = try ConnectionCore(connectingTo: configuration, noticeHandler: onNotice)
    do throws(PostgresError) {
      connecting: while true {
        switch try core.advanceConnect() {
        case .lookUp(let name): core.take(HostAddresses.of(name))
        case .wait(let readiness, let deadline):
          _ = try SocketPoll.wait(for: readiness, of: core.socket, until: deadline)
        case .done: break connecting
        }
      }
    } catch {
      core.close()
      throw error
    }
  }

  /// Runs a statement, which is prepared once and kept, and returns its rows.
  ///
  /// - Throws: `server` with the SQLSTATE if the server refuses it; `encoding` for a parameter that can't be
  ///   sent; `timedOut` after the configuration's `statementTimeout`; `connectionLost` or `connectionClosed`.
  public func query(_ query: PostgresQuery) throws(PostgresError) -> PostgresRows {
    if let check = try core.start(query) {
      try run(check)
      _ = try core.start(query)
    }
    try complete()
    return try core.finishRows()
  }

  /// Runs statements without parameters, separated by semicolons, and drops their rows.
  ///
  /// Unless they begin transactions of their own, they are one transaction.
  public func execute(_ script: String) throws(PostgresError) {
    try core.start(script: script)
    _ = try finish()
  }

  /// Closes the connection; a second call does nothing.
  public func close() {
    core.close()
    core.notifications = Queue()
    core.isLossUnreported = false
  }

  /// The process on the server's machine that serves the connection; 0 once it is closed.
  public var backendProcessID: Int32 { core.backendProcessID }

  /// Where the connection stands with regard to transactions; `unknown` once it is closed or broken.
  ///
  /// Reads what the server has sent to an idle connection, so that its end shows; notices go to their
  /// handler.
  public var transactionStatus: PostgresTransactionStatus {
    core.takeInIdleInput()
    return core.transactionStatus
  }

  /// Whether it was closed, or broke.
  ///
  /// Reads what the server has sent to an idle connection, so that its end shows; notices go to their
  /// handler. The next call throws the server's reason.
  public var isClosed: Bool {
    core.takeInIdleInput()
    return core.isClosed
  }

  /// The server's version as libpq counts it: 150018 is 15.18; 0 once the connection is closed.
  public var serverVersion: Int32 { core.serverVersion }

  /// A parameter that the server reports by itself, such as `server_version` or `TimeZone`.
  public func serverParameter(_ name: String) -> String? {
    core.takeInIdleInput()
    return core.serverParameter(name)
  }

  // MARK: Waiting

  /// Sees the query or script in progress through to its outcome.
  func finish() throws(PostgresError) -> PostgresResult {
    try complete()
    return try core.finish()
  }

  /// Sees the query or script in progress through.
  private func complete() throws(PostgresError) {
    // The same as `run`, without what most queries don't need.
    if statementTimeout == nil {
      while true {
        guard case .wait(let readiness) = try core.advance() else { return }
        guard core.cancelReason == nil else { break }
        try SocketPoll.wait(for: readiness, of: core.socket)
      }
    }
    try run { () throws(PostgresError) in try core.advance() }
  }

  func run(_ check: DateCheck) throws(PostgresError) {
    try core.start(check)
    try run { () throws(PostgresError) in try core.advance(check) }
    try core.finish(check)
  }

  /// Advances an operation until it is done, and cancels it on the server when it takes too long.
  func run(_ advance: () throws(PostgresError) -> Step) throws(PostgresError) {
    var watch = OperationWatch(timeout: statementTimeout)
    while case .wait(let readiness) = try advance() { try wait(for: readiness, &watch) }
    watch.endBlocking(core)
  }

  @inline(__always)
  private func wait(for readiness: Readiness, _ watch: inout OperationWatch) throws(PostgresError) {
    if core.cancelReason != nil || watch.wakeAt != nil { try watch.look(at: core) }
    _ = try SocketPoll.wait(for: readiness, of: core.socket, until: watch.wakeAt)
  }
}

extension SyncConnection {
  /// Sends statements without waiting for each other's replies, and returns an outcome for each, in order.
  ///
  /// Unless they begin transactions of their own, they are one transaction: when one fails, those before it
  /// are rolled back, and those after it fail with `pipelineAborted`.
  ///
  /// - Throws: what ends the whole pipeline, such as `connectionLost`, `encoding` for a parameter that can't
  ///   be sent, or `server` if a deferred constraint is violated at its end; nothing is changed then.
  public func pipeline(
    _ queries: [PostgresQuery]
  ) throws(PostgresError) -> [Result<PostgresRows, PostgresError>] {
    guard !queries.isEmpty else { return [] }
    var place = 0
    while let check = core.dateCheck(of: queries, from: &place) { try run(check) }
    var pipeline = try core.startPipeline(queries)
    try run { () throws(PostgresError) in try core.advance(&pipeline) }
    return try core.finish(pipeline)
  }

  /// Runs a statement once for each row of parameters, in one pipeline and so in one transaction.
  ///
  /// - Parameter sql: The text with `$1`, `$2` and so on where the parameters go.
  /// - Parameter rows: The parameters of each run, in the order of their numbers.
  /// - Returns: How many rows were changed in all.
  /// - Throws: the first failure; nothing is changed then.
  @discardableResult
  public func executeMany(_ sql: String, _ rows: [[any PostgresEncodable]]) throws(PostgresError) -> Int {
    var affected = 0
    for outcome in try pipeline(rows.map { PostgresQuery(sql: sql, parameters: $0) }) {
      affected += try outcome.get().affectedRows ?? 0
    }
    return affected
  }
}
