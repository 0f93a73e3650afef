/// Why samples could not be analysed.
public enum AnalysisError: Error, Sendable, Hashable {
  /// A variant ran no operation, or in no time.
  case nothingMeasured(Variant)

  /// A comparison names a variant that the benchmark does not have.
  case unknownVariant(Variant, known: [Variant])
}

extension AnalysisError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .nothingMeasured(let variant):
      return "Nothing was measured of \(variant): give the case a longer budget, or at least one operation."
    case .unknownVariant(let variant, let known):
      let names = known.map(\.name).joined(separator: ", ")
      return "The benchmark has no variant called \(variant). It has \(names): use one of these in the gate."
    }
  }
}
