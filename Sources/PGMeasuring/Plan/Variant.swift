/// One of the ways of doing the same work that a benchmark compares: a driver, or a piece of code.
///
/// Two variants are the same when their names are. A string literal is a variant:
///
///     let pipelined: Variant = "pipelined"
public struct Variant: Sendable, Hashable {
  /// The name in tables, reports and gates.
  public let name: String

  /// Makes a variant of a name.
  public init(_ name: String) {
    self.name = name
  }

  /// The blocking driver.
  public static let sync = Variant("sync")

  /// The asynchronous driver.
  public static let async = Variant("async")
}

extension Variant: ExpressibleByStringLiteral {
  /// Makes a variant of a literal name.
  public init(stringLiteral name: String) {
    self.init(name)
  }
}

extension Variant: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}

extension Variant: Codable {
  /// Reads a variant from its bare name.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(String.self))
  }

  /// Writes the bare name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}

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
