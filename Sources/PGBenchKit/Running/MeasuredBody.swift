import PGBenchHost
import PGDriver
import PGSystem

/// What this process knows of the bodies that it measures.
enum MeasuredBody {
  /// Whether the present task is one that runs a body, or was started by such a one.
  @TaskLocal static var isRunning = false

  /// How long a body has to end once it was cancelled.
  static let grace = Duration.seconds(5)

  private static let isLeftBehind = Lock(false)

  /// Notes that a body was left behind, which goes on using its thread.
  static func leaveBehind() { isLeftBehind.withLock { $0 = true } }

  /// What follows from a body that was left behind.
  static let left = "It may use a CPU still, so nothing more is measured in this process."

  /// Refuses to measure where that would wait for itself, or beside a body that was left behind.
  static func checkMayMeasure() throws(BenchmarkError) {
    guard !isRunning else {
      throw BenchmarkError(
        """
        benchmark() was called in the body of another benchmark, which would wait for itself. Call it in \
        the test, and only what is to be timed in the body.
        """)
    }
    guard !isLeftBehind.withLock({ $0 }) else {
      throw BenchmarkError("The body of an earlier benchmark did not end. \(left)")
    }
  }
}
