package import PGMeasuring
import PGSystem

/// The most memory that this process had resident since a moment: Linux's `VmHWM`, which can be
/// set back (proc(5)).
package enum PeakMemory {
  /// Sets the mark to what is resident now; returns false where the system has no such thing.
  package static func reset() -> Bool {
    let file = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return false }
    defer { close(file) }
    return write(file, "5", 1) == 1
  }

  /// The metric since the last reset.
  package static func metric(wasReset: Bool) -> MetricSummary {
    guard wasReset, let status = ProcFile("/proc/self/status"), let bytes = status.peakResidentBytes() else {
      return MetricSummary(.peakMemory, .notAvailable(reason: "this system doesn't tell"))
    }
    return MetricSummary(.peakMemory, .value(Double(bytes)))
  }
}
