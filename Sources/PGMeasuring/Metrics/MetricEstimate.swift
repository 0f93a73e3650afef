/// Makes one figure of what the blocks of a variant used.
package enum MetricEstimate {
  /// A metric for each operation; nil if no block has it.
  ///
  /// Of what is counted, the median of the blocks: most have the very same figure, and the few in which a
  /// buffer grew or a timer rang don't move it, so that the next run gives it again. Of time, the mean, so
  /// that shares add up.
  package static func perOperation(_ metric: Metric, in blocks: [Block]) -> Double? {
    var values: [Double] = []
    var total = 0.0
    var operations = 0
    for block in blocks where block.operations > 0 {
      guard let used = block.usage[metric] else { continue }
      values.append(used / Double(block.operations))
      total += used
      operations += block.operations
    }
    guard operations > 0 else { return nil }
    if metric.isWhole { return blocks.compactMap { $0.usage[metric] }.max() }
    guard metric.isCounted else { return total / Double(operations) }
    values.sort()
    // A figure that occurred, where the mean of the middle two would be none.
    return values[(values.count - 1) / 2]
  }
}
