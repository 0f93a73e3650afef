public import PGMeasuring

/// A limit that a benchmark must keep: whose figure is gated, which, and what it may be at most.
public struct Gate: Sendable, Hashable, Codable {
  /// The gated variant; nil for each of the benchmark's, but the one that it is held against.
  public let variant: Variant?

  /// Which figure of it.
  public let quantity: Quantity

  /// What it may be at most.
  public let bound: Bound

  /// What a figure is held against.
  public enum Bound: Sendable, Hashable, Codable {
    /// The same figure of another variant, measured in the same rounds; a tolerance of nil is the default's.
    case reference(Variant, Tolerance?)
    /// A number in the quantity's unit.
    case limit(Double)
    /// The same figure in the stored baseline, which must be of a machine like this one.
    case baseline(Tolerance?)
    /// The stored ratio of the variant's time to that of a frozen reference. It is held against the same
    /// ratio as it is now.
    ///
    /// What makes the machine slower or faster is in both times, so it may come from another machine.
    case baselineRatio(to: Variant, Tolerance?)
  }

  /// Makes a gate.
  public init(_ variant: Variant?, _ quantity: Quantity, _ bound: Bound) {
    self.variant = variant
    self.quantity = quantity
    self.bound = bound
  }

  /// An operation of the variant takes at most so much more time than one of the reference.
  public static func notSlower(
    _ variant: Variant, than reference: Variant, by tolerance: Tolerance? = nil
  ) -> Gate {
    Gate(variant, .time, .reference(reference, tolerance))
  }

  /// The two variants that the gate compares; nil where it compares none, or each.
  public var pair: VariantPair? {
    guard let variant, let reference else { return nil }
    return VariantPair(variant, against: reference)
  }

  /// The variant that must have been measured in the same rounds, if any.
  public var reference: Variant? {
    switch bound {
    case .reference(let reference, _), .baselineRatio(let reference, _): reference
    case .limit, .baseline: nil
    }
  }

  /// How far the figure may be off; nil for the default, and of a limit.
  public var tolerance: Tolerance? {
    switch bound {
    case .reference(_, let tolerance), .baseline(let tolerance), .baselineRatio(_, let tolerance): tolerance
    case .limit: nil
    }
  }

  /// Whether the gate is about the baseline.
  public var needsBaseline: Bool {
    switch bound {
    case .baseline, .baselineRatio: true
    case .reference, .limit: false
    }
  }

  /// Whether another gate is about the very same, however far each lets it be off: of two, the nearest to a
  /// test counts.
  package func isSame(as other: Gate) -> Bool {
    guard variant == other.variant, quantity == other.quantity else { return false }
    return switch (bound, other.bound) {
    case (.reference(let a, _), .reference(let b, _)), (.baselineRatio(let a, _), .baselineRatio(let b, _)):
      a == b
    case (.limit, .limit), (.baseline, .baseline): true
    default: false
    }
  }

  /// The gates of each variant that this one stands for, with the default where no tolerance was given.
  package func resolved(for variants: [Variant], tolerance: Tolerance) -> [Gate] {
    let bound: Bound =
      switch bound {
      case .reference(let reference, nil): .reference(reference, tolerance)
      case .baseline(nil): .baseline(tolerance)
      case .baselineRatio(let reference, nil): .baselineRatio(to: reference, tolerance)
      case let other: other
      }
    let gated = variant.map { [$0] } ?? variants.filter { $0 != reference }
    return gated.map { Gate($0, quantity, bound) }
  }
}

extension Gate: CustomStringConvertible {
  /// Such as `async not slower than sync by more than 10 %`, or `allocations of async at most 6`.
  public var description: String {
    let subject = variant?.name ?? "each variant"
    let allowance = (tolerance ?? .percent(0)).description(in: quantity.unit)
    switch bound {
    case .reference(let reference, let tolerance?) where tolerance.percent < 0 && quantity == .time:
      return "\(subject) faster than \(reference) by at least \(Tolerance.percent(-tolerance.percent))"
    case .reference(let reference, _) where quantity == .time:
      return "\(subject) not slower than \(reference) by more than \(allowance)"
    case .reference(let reference, _):
      return "\(quantity) of \(subject) not above that of \(reference) by more than \(allowance)"
    case .limit(let limit): return "\(quantity) of \(subject) at most \(Format.metric(limit, quantity.unit))"
    case .baseline: return "\(quantity) of \(subject) not above the baseline's by more than \(allowance)"
    case .baselineRatio(let reference, _):
      return
        "\(quantity) of \(subject) ÷ that of \(reference) not above the baseline's by more than \(allowance)"
    }
  }
}

/// Why a gate can never be decided.
public enum GateError: Error, Sendable, Hashable {
  /// Both sides are the same variant.
  case comparesWithItself(Variant)

  /// The tolerance in per cent is not finite, or not above −100, or its floor is negative.
  case toleranceOutOfRange(Tolerance)

  /// The limit is no number, or negative, or above 10¹⁸.
  case limitOutOfRange(Double)

  /// Nothing measures the metric; those that are measured.
  case unknownMetric(Metric, known: [Metric])
}

extension Gate {
  /// Checks that the gate can be decided at all.
  ///
  /// A gate of a variant against itself, or with a tolerance that is no number, is refused before anything is
  /// measured: it would pass for ever. So is one on a metric that nothing measures, such as a misspelt one.
  ///
  /// - Parameter metrics: The benchmark's own metrics.
  public func validate(metrics: [Metric] = []) throws(GateError) {
    let known = Metric.standard + metrics
    if case .metric(let metric) = quantity, !known.contains(metric) {
      throw .unknownMetric(metric, known: known)
    }
    if let pair, pair.variant == pair.reference { throw .comparesWithItself(pair.variant) }
    if let tolerance, !tolerance.isMeaningful { throw .toleranceOutOfRange(tolerance) }
    if case .limit(let limit) = bound, !(0...Tolerance.greatestFigure).contains(limit) {
      throw .limitOutOfRange(limit)
    }
  }
}

extension GateError: CustomStringConvertible {
  /// What is wrong, and what to do.
  public var description: String {
    switch self {
    case .comparesWithItself(let variant):
      "The gate compares \(variant) with itself: name another variant as the reference."
    case .toleranceOutOfRange(let tolerance):
      "A tolerance of \(tolerance) and a floor of \(tolerance.floor) cannot be kept: use a finite number of "
        + "per cent above -100, such as .percent(10), and a floor that is not negative."
    case .limitOutOfRange(let limit):
      "A limit of \(limit) cannot be kept: use a finite number that is not negative, of a time at most 31 "
        + "years."
    case .unknownMetric(let metric, let known):
      if let other = known.first(where: { $0.name == metric.name }) {
        "The metric \"\(metric)\" is counted in \(other.unit.rawValue), and the gate takes it for "
          + "\(metric.unit.rawValue): make it with Metric(\"\(metric)\", unit: .\(other.unit.rawValue))."
      } else {
        "No metric \"\(metric)\" is measured; there are: \(known.map(\.name).joined(separator: ", ")). "
          + "A .metric(\"\(metric)\") { … } trait would measure one of your own."
      }
    }
  }
}
