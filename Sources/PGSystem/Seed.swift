/// The one number that everything random in a run follows from.
///
/// Streams for separate purposes are derived by label, so that neither the order in which cases run nor
/// an added case changes the random numbers of another. The labels are hashed with 64-bit FNV-1a (by Fowler,
/// Noll and Vo), which is the same in every process, unlike `Hasher`.
package struct Seed: Sendable, Hashable {
  /// The seed as a number.
  package let value: UInt64

  /// Makes a seed of a number.
  package init(_ value: UInt64) {
    self.value = value
  }

  /// The seed of the stream that a label names.
  package func derived(_ label: String) -> Seed {
    var hash = FNV1a()
    hash.combine(bytesOf: value)
    hash.combine(label)
    return Seed(hash.value)
  }

  /// The seed of the stream with a number, such as a session's or a round's.
  package func derived(_ index: Int) -> Seed {
    var hash = FNV1a()
    hash.combine(bytesOf: value)
    hash.combine(bytesOf: UInt64(bitPattern: Int64(index)))
    return Seed(hash.value)
  }

  /// A generator at the start of this seed's stream.
  package var generator: SeededGenerator { SeededGenerator(seed: value) }
}

extension Seed: LosslessStringConvertible {
  /// Reads a seed from decimal digits; nil for anything else, or for more than 64 bits.
  package init?(_ description: String) {
    guard let value = UInt64(description) else { return nil }
    self.init(value)
  }

  /// The decimal digits.
  package var description: String { String(value) }
}

extension Seed: Codable {
  /// Reads a seed from a string of decimal digits.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let seed = Seed(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "A seed is a string of decimal digits, below 2^64.")
    }
    self = seed
  }

  /// Writes a string of decimal digits, since many JSON readers keep only 53 bits of a number.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
