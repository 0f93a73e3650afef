/// What spoils a block, so that its round is better taken again.
package enum Disturbance: String, Sendable {
  /// The server's checkpointer was at work.
  case checkpoint
  /// Others had the CPU that client and backend are bound to.
  case otherProcesses = "other processes on the CPU"
  /// This process did something else, such as other tests, on the CPU that the client is bound to or beside
  /// it.
  case otherWork = "other work in this process"

  /// Judges a block by what was used in it.
  ///
  /// A checkpointer wakes up now and then, for microseconds. Client and backend hand the CPU to and fro, and
  /// so wait for it shortly; that they were kept from it is only what wall time is left when both CPU times
  /// are taken away.
  ///
  /// - Parameter elapsed: Wall time of the block in nanoseconds.
  /// - Parameter used: How far a counter moved, as `BlockUsage` has it; nil where that isn't known.
  /// - Parameter isOneCPU: Whether one client and its backend have a CPU to themselves.
  /// - Parameter isAlone: Whether nothing else of the kit works in this process, as its proxy does.
  package static func of(
    elapsed: Int, used: (Metric) -> Double?, isOneCPU: Bool, isAlone: Bool = true
  ) -> Disturbance? {
    if let worked = used(.checkpointerCPU), worked > 200_000 { return .checkpoint }
    let tolerable = Double(max(elapsed / 10, 100_000))
    let client = used(.clientCPU)
    if isAlone, let all = used(.processCPU), let client, all - client > max(tolerable, 500_000) {
      return .otherWork
    }
    guard isOneCPU, let client, let server = used(.serverCPU) else { return nil }
    let delays = (used(.clientRunDelay) ?? 0) + (used(.serverRunDelay) ?? 0)
    return min(Double(elapsed) - client - server, delays) > tolerable ? .otherProcesses : nil
  }
}
