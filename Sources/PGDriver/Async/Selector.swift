/// Waits for sockets on behalf of an event loop.
///
/// The contract of all backends: interest is level-triggered and stays until it is changed; a hang-up or an error
/// is reported as readable and writable, so that whoever reads or writes meets it; `wake` may be called on any
/// thread, ends a `select` in progress or the next one, and everything else on the loop's thread only.
protocol Selector: AnyObject {
  /// Watches a socket, or changes what it is watched for.
  func setInterest(_ interest: Readiness, of socket: Int32) throws(PostgresError)

  /// Stops watching a socket, of which nothing is reported then, not even a hang-up; does nothing if it isn't watched.
  func deregister(_ socket: Int32)

  /// Blocks until something is ready, `wake` was called, or the milliseconds are over; -1 waits for ever.
  ///
  /// - Parameter body: Called with each socket that is ready.
  func select(milliseconds: Int32, _ body: (_ socket: Int32) -> Void)

  /// Ends a `select`.
  func wake()
}
