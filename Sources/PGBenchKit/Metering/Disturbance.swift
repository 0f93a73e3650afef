import PGBenchHost

/// What spoils a block, so that its round is better taken again.
enum Disturbance: String, Sendable {
  /// The server's checkpointer was at work.
  case checkpoint
  /// Others had the CPU that client and backend are bound to.
  case otherProcesses = "other processes on the CPU"
  /// This process did something else, such as other tests, on the CPU that the client is bound to or beside
  /// it.
  case otherWork = "other work in this process"

  /// Judges a block from the readings before and after it.
  ///
  /// A checkpointer wakes up now and then, for microseconds. Client and backend hand the CPU to and fro, and
  /// so wait for it shortly; that they were kept from it is only what wall time is left when both CPU times
  /// are taken away.
  ///
  /// - Parameter elapsed: Wall time of the block in nanoseconds.
  /// - Parameter isOneCPU: Whether one client and its backend have a CPU to themselves.
  /// - Parameter isAlone: Whether nothing else of the kit works in this process, as its proxy does.
  static func of(
    elapsed: Int, from start: UsageReading, to end: UsageReading, isOneCPU: Bool, isAlone: Bool = true
  ) -> Disturbance? {
    if let worked = end.difference(\.checkpointerCPU, since: start), worked > 200_000 { return .checkpoint }
    let tolerable = max(Int64(elapsed) / 10, 100_000)
    let client = end.difference(\.clientCPU, since: start)
    if isAlone, let all = end.difference(\.processCPU, since: start), let client,
      all - client > max(tolerable, 500_000)
    {
      return .otherWork
    }
    guard isOneCPU, let client, let server = end.difference(\.serverCPU, since: start) else { return nil }
    let delays =
      (end.difference(\.clientRunDelay, since: start) ?? 0)
      + (end.difference(\.serverRunDelay, since: start) ?? 0)
    return min(Int64(elapsed) - client - server, delays) > tolerable ? .otherProcesses : nil
  }
}
