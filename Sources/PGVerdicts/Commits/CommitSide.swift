public import PGMeasuring

/// One of the two commits of a comparison.
package enum CommitSide: String, Sendable, Hashable, Codable, CaseIterable {
  /// The commit that the other is held against.
  case base
  /// The commit in question.
  case head

  /// The name of one of its variants in a comparison's samples, such as `async@head`.
  package func variant(_ variant: Variant) -> Variant { Variant("\(variant.name)@\(rawValue)") }
}
