/// Waits for sockets on behalf of an event loop.
///
/// The contract of all backends: a socket that is watched is reported once it is ready; if it is ready still,
/// it may be reported again only after it is watched anew. A report may be false, as when another caller has
/// read meanwhile. A hang-up or an error is reported, whatever the socket is watched for, so that the next
/// read or write meets it. Everything but `select` may be called on any thread.
protocol Selector: AnyObject, Sendable {
  /// Watches a socket, and reports it if it is ready already.
  ///
  /// - Parameter watched: What the socket was watched for last; nil if it never was.
  func watch(_ socket: Int32, for interest: Readiness, after watched: Readiness?) throws(PostgresError)

  /// Stops watching a socket that is still open, of which nothing is reported then, not even a hang-up.
  func forget(_ socket: Int32)

  /// Blocks until something is ready, `wake` was called, or the milliseconds are over; -1 waits for ever.
  ///
  /// For the loop's thread only.
  ///
  /// - Parameter body: Called with each socket that is ready, and whether it is known that the other side has
  ///   hung up: of that an edge tells only once.
  func select(milliseconds: Int32, _ body: (_ socket: Int32, _ isHungUp: Bool) -> Void)

  /// Ends the `select` in progress, or the next one.
  func wake()
}
