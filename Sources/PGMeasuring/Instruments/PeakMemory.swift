import PGSystem

extension Metric {
  /// The most memory that the process had resident while the variant ran; not per operation.
  public static let peakMemory = Metric("peak memory", unit: .bytes)

  /// Whether it is a figure of the variant as a whole, rather than one for each operation.
  public var isWhole: Bool { self == .peakMemory }
}

/// Reads the most memory that this process had resident: Linux's `VmHWM`, which can be set back (proc(5)).
///
/// It is of one variant only while no other runs.
package struct PeakMemory: PassInstrument {
  package init() {}

  package func measure(
    operations: Int, _ run: () async throws -> Void
  ) async throws -> [MetricSummary] {
    let wasReset = Self.reset()
    try await run()
    guard wasReset, let status = ProcFile("/proc/self/status"),
      let kibibytes = status.read({ ProcFile.number(after: "VmHWM:", in: $0) })
    else { return [MetricSummary(.peakMemory, .notAvailable(reason: WhyMissing.notTold))] }
    return [MetricSummary(.peakMemory, .value(Double(kibibytes * 1024)))]
  }

  /// Sets the mark to what is resident now; returns false where the system has no such thing.
  private static func reset() -> Bool {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return write(file, "5", 1) == 1
  }
}
