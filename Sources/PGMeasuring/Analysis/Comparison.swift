public import PGStatistics

/// Two variants compared: which with which, and the estimate.
public struct Comparison: Sendable, Hashable {
  /// The variant in question and its reference.
  public let pair: VariantPair

  /// The ratio of their times per operation.
  public let estimate: RatioEstimate

  /// Records a comparison.
  public init(pair: VariantPair, estimate: RatioEstimate) {
    self.pair = pair
    self.estimate = estimate
  }
}

extension Comparison: Codable {
  private enum CodingKeys: String, CodingKey {
    case variant, reference
  }

  /// Reads the names and the estimate from one flat object.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    pair = VariantPair(
      try container.decode(Variant.self, forKey: .variant),
      against: try container.decode(Variant.self, forKey: .reference))
    estimate = try RatioEstimate(from: decoder)
  }

  /// Writes the names and the estimate into one flat object.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pair.variant, forKey: .variant)
    try container.encode(pair.reference, forKey: .reference)
    try estimate.encode(to: encoder)
  }
}

/// Two variants that should have been compared and could not be.
public struct MissingComparison: Sendable, Hashable, Codable {
  /// The variant in question.
  public let variant: Variant

  /// Its reference.
  public let reference: Variant

  /// Why there is no estimate, and what to do.
  public let reason: String

  /// Records why two variants were not compared.
  public init(pair: VariantPair, reason: String) {
    variant = pair.variant
    reference = pair.reference
    self.reason = reason
  }

  /// The variant in question and its reference.
  public var pair: VariantPair { VariantPair(variant, against: reference) }
}
