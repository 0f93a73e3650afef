public import PGMeasuring

/// The blocks of one variant as columns: the raw data behind a comparison, compact enough to keep.
///
/// The four arrays are equally long; what stands at one index belongs to one block. Blocks of two variants
/// with the same session and round ran side by side.
package struct RoundSeries: Sendable, Hashable, Codable {
  /// Whose blocks these are.
  package let variant: Variant
  /// The session of each block, from 0.
  package let session: [Int]
  /// The round within the session, from 0.
  package let round: [Int]
  /// How many operations the block ran.
  package let operations: [Int]
  /// The block's wall time in nanoseconds.
  package let elapsed: [Int]

  /// Turns a variant's blocks into columns.
  package init(_ series: SampleSet.Series) {
    variant = series.variant
    session = series.blocks.map(\.session)
    round = series.blocks.map(\.round)
    operations = series.blocks.map(\.operations)
    elapsed = series.blocks.map(\.elapsed)
  }

  /// The blocks again; what is missing in a shorter column is left out.
  package var blocks: [Block] {
    let count = [session.count, round.count, operations.count, elapsed.count].min() ?? 0
    return (0..<count).map {
      Block(session: session[$0], round: round[$0], operations: operations[$0], elapsed: elapsed[$0])
    }
  }
}

extension RoundSeries {
  private enum CodingKeys: String, CodingKey {
    case variant, session, round, operations, elapsed
  }

  /// Writes what the compiler would, number by number, which halves the time of a long report.
  ///
  /// An array hands each of its elements to the encoder as anything encodable, which it then finds out to be
  /// a number. Nearly all of a report is these columns.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(variant, forKey: .variant)
    let columns: [(CodingKeys, [Int])] = [
      (.session, session), (.round, round), (.operations, operations), (.elapsed, elapsed),
    ]
    for (key, column) in columns {
      var numbers = container.nestedUnkeyedContainer(forKey: key)
      for number in column { try numbers.encode(number) }
    }
  }
}
