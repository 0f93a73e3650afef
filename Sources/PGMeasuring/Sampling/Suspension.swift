import PGStatistics

/// Tells that the process was suspended in the middle of a block: by Ctrl-Z, a debugger, or a machine that
/// slept.
///
/// The process is not told of it. But such a block takes many times as long as those before it, and longer
/// than anything that an operating system does by itself.
package enum Suspension {
  /// The word for it in reports.
  package static let name = "suspension"

  /// Whether a block took so long, in nanoseconds, compared with those before it, which all have as many
  /// operations.
  package static func isOne(_ elapsed: Int, after blocks: some Collection<Block>) -> Bool {
    guard blocks.count >= 5, let usual = Median.of(blocks.map { Double($0.elapsed) }) else { return false }
    return elapsed > 100_000_000 && Double(elapsed) > 10 * usual
  }
}
