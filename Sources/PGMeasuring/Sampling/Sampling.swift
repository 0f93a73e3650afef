public import PGStatistics

/// What a sampler has measured of a case so far, and where it is: what one session hands on to the next.
package struct Sampling: Sendable {
  /// How many operations are run before, to show that all variants do the same: enough for a body that does
  /// by turns this and that.
  package static let checkedOperations = 8

  /// What was measured.
  package var samples: SampleSet
  /// The index of the next operation, the same for all variants.
  private(set) var next: Int
  package var rounds = 0
  package var retaken = 0
  /// How many operations each variant has run in measured rounds.
  package var operations = 0
  package var nanoseconds = 0
  /// Chosen in the first session, and kept: blocks of different lengths don't compare.
  package var blockLength: Int?
  package var blockLengthSoFar = 1

  /// Starts with nothing measured.
  ///
  /// - Parameter first: The index of the first operation; those before it are spent already.
  package init(variants: [Variant], first: Int = 0) {
    next = first
    samples = SampleSet(series: variants.map { SampleSet.Series(variant: $0) })
  }

  /// Notes at which of the planned looks the samples are.
  package mutating func note(_ look: Look) { samples.look = look }

  /// Goes on to the next operations.
  package mutating func spend(_ operations: Int) {
    next += operations
    samples.nextOperation = next
  }

  /// What disturbed a round, if anything did.
  package func disturbance(of timings: [BlockTiming]) -> String? {
    let isSuspended = zip(timings, samples.series).contains {
      Suspension.isOne($0.elapsed, after: $1.blocks.suffix(9))
    }
    return isSuspended ? Suspension.name : timings.lazy.compactMap(\.disturbance).first
  }
}
