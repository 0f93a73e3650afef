import CPGSystem
import PGSystem

/// What a reading of the clock costs, which is in every latency.
package enum ClockCost {
  private static let readings = 20_000

  /// Nanoseconds of a reading: the least of several loops, for others only add to it.
  package static func measured() -> Double {
    (0..<5).map { _ in
      let start = MonotonicClock.now()
      var left = readings
      while left > 0 {
        withUnsafePointer(to: MonotonicClock.now()) { pg_system_black_hole($0) }
        left -= 1
      }
      return Double(MonotonicClock.now() - start) / Double(readings)
    }.min() ?? 0
  }
}
