/// Waits for sockets on behalf of an event loop.
///
/// The contract of all backends: interest is level-triggered and stays until it is changed; a hang-up or an error
/// is reported as readable and writable, so that whoever reads or writes meets it; `wake` may be called on any
/// thread, ends a `select` in progress or the next one, and everything else on the loop's thread only.
protocol Selector: AnyObject {
  /// Starts to watch a socket, with no interest yet.
  func register(_ socket: Int32) throws(PostgresError)

  /// Changes what is waited for; nil keeps the socket registered with nothing to wait for.
  func setInterest(_ interest: Readiness?, of socket: Int32) throws(PostgresError)

  /// Stops watching a socket, which must still be open.
  func deregister(_ socket: Int32)

  /// Blocks until something is ready, `wake` was called, or the milliseconds are over; -1 waits for ever.
  ///
  /// - Parameter body: Called with each socket that is ready.
  func select(milliseconds: Int32, _ body: (_ socket: Int32) -> Void)

  /// Ends a `select`.
  func wake()
}
