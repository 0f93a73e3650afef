import CPGSystem
package import PGReporting
import PGSystem

/// The machine's CPU times since it was started, in ticks: the first line of Linux's /proc/stat (proc(5)).
package struct CPUTimes: Sendable, Hashable {
  package let busy: Int
  package let stolen: Int
  package let all: Int

  /// The present times; nil where the system doesn't tell.
  package static func now() -> CPUTimes? {
    FileProbe.machine.text("/proc/stat").flatMap(CPUTimes.init(stat:))
  }

  /// Reads the line: user, nice, system, idle, iowait, irq, softirq, steal; what follows is in those before.
  package init?(stat: String) {
    let words = stat.prefix { $0 != "\n" }.split(separator: " ")
    let ticks = words.dropFirst().prefix(8).compactMap { Int($0) }
    guard words.first == "cpu", ticks.count == 8 else { return nil }
    all = ticks.reduce(0, +)
    stolen = ticks[7]
    busy = all - ticks[3] - ticks[4] - stolen
  }

  /// What the CPUs did since an earlier reading; nil if no tick has passed.
  package func load(since start: CPUTimes) -> MachineLoad? {
    let ticks = Double(all - start.all)
    guard ticks > 0 else { return nil }
    return MachineLoad(
      busy: Double(busy - start.busy) / ticks, stolen: Double(stolen - start.stolen) / ticks)
  }
}

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
