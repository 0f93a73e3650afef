/// Two variants to compare: the one in question, and the one that it is measured against.
public struct VariantPair: Sendable, Hashable {
  /// The variant in question: the numerator of a ratio of times.
  public let variant: Variant

  /// What it is measured against: the denominator.
  public let reference: Variant

  /// Pairs a variant with its reference.
  public init(_ variant: Variant, against reference: Variant) {
    self.variant = variant
    self.reference = reference
  }

  /// Every variant but the first, each against the first.
  public static func againstFirst(of variants: [Variant]) -> [VariantPair] {
    guard let reference = variants.first else { return [] }
    return variants.dropFirst().map { VariantPair($0, against: reference) }
  }
}

extension VariantPair {
  /// The same two with their roles exchanged.
  public var swapped: VariantPair { VariantPair(reference, against: variant) }
}
