/// Why two variants could not be compared.
package enum PairedRatioError: Error, Sendable, Hashable {
  /// Fewer rounds were measured with both variants than an interval needs.
  case tooFewRounds(paired: Int)

  /// The confidence is not between 0 and 1.
  case confidenceOutOfRange(Double)
}

extension PairedRatioError: CustomStringConvertible {
  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .tooFewRounds(let paired):
      let rounds = paired == 1 ? "1 round was" : "\(paired) rounds were"
      return """
        only \(rounds) measured with both, and an interval needs \(PairedRatio.fewestRounds) at least: \
        give the case a longer budget
        """
    case .confidenceOutOfRange(let confidence):
      return "a confidence is a fraction between 0 and 1, such as 0.95, not \(confidence)"
    }
  }
}
