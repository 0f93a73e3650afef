public import PGMeasuring
import PGStatistics

/// A case in a baseline: the figures of its variants.
package struct BaselineCase: Sendable, Hashable, Codable {
  /// The display names of the suites around the test, the outermost first.
  package let suites: [String]
  /// The test's display name.
  package let test: String
  /// The name of the test's function, where the display name is another.
  package let function: String?
  /// What the test was given, but for the count.
  package let arguments: [CaseIdentity.Argument]
  /// The count of the sweep.
  package let operations: Int
  /// Which of the benchmarks with all the above it is, from 1.
  package let call: Int
  /// The variants' figures, in the benchmark's order.
  package let variants: [BaselineVariant]

  /// Which case this is.
  package var identity: CaseIdentity {
    CaseIdentity(
      suites: suites, test: test, function: function, arguments: arguments, operations: operations, call: call
    )
  }

  /// The suites' names in one.
  package var suite: String { CaseIdentity.joined(suites) }

  package init(_ identity: CaseIdentity, variants: [BaselineVariant]) {
    suites = identity.suites
    test = identity.test
    function = identity.function
    arguments = identity.arguments
    operations = identity.operations
    call = identity.call
    self.variants = variants
  }

  /// Whether a variant was measured.
  package func has(_ variant: Variant) -> Bool { variants.contains { $0.variant == variant } }

  /// A stored figure of a variant.
  package func figure(of quantity: Quantity, variant: Variant) -> BaselineFigure? {
    variants.first { $0.variant == variant }?.figures.first { $0.name == quantity.description }
  }

  /// The stored ratio of the time of a variant to that of another.
  package func ratio(of variant: Variant, to reference: Variant) -> BaselineFigure? {
    variants.first { $0.variant == variant }?.timeRatios.first { $0.name == reference.name }
  }
}

/// A variant in a baseline.
package struct BaselineVariant: Sendable, Hashable, Codable {
  /// Whose figures these are.
  package let variant: Variant
  /// The time, the percentiles with samples enough, and the metrics.
  package let figures: [BaselineFigure]
  /// The time ÷ that of each other variant, named by the other.
  package let timeRatios: [BaselineFigure]

  package init(variant: Variant, figures: [BaselineFigure], timeRatios: [BaselineFigure]) {
    self.variant = variant
    self.figures = figures
    self.timeRatios = timeRatios
  }
}

extension BaselineCase {
  /// Takes the figures of a measured case; what can't be had is left out.
  package init(_ identity: CaseIdentity, samples: SampleSet) {
    let comparable = samples.winsorised()
    let variants = samples.variants
    self.init(
      identity,
      variants: samples.series.map { series in
        BaselineVariant(
          variant: series.variant,
          figures: Self.quantities(of: series).compactMap {
            try? Self.figure($0, in: series, comparable: comparable[series.variant] ?? [])
          },
          timeRatios: variants.filter { $0 != series.variant }.compactMap { reference in
            let logs = PairedRatio.sessionLogRatios(
              of: comparable[series.variant] ?? [], against: comparable[reference] ?? [])
            guard let mean = try? SessionEstimate(of: logs) else { return nil }
            return BaselineFigure(
              name: reference.name, value: Elementary.exp(mean.value), relativeError: mean.standardError,
              degreesOfFreedom: mean.degreesOfFreedom)
          })
      })
  }

  private static func quantities(of series: SampleSet.Series) -> [Quantity] {
    let metrics = Set(series.blocks.flatMap(\.usage.keys)).subtracting(series.unusable.keys).union(
      series.attribution.filter { $0.value != nil }.map(\.metric))
    return [.time] + Percentile.allCases.map(Quantity.latency)
      + metrics.sorted(by: Metric.comesFirst).map(Quantity.metric)
  }

  package static func figure(
    _ quantity: Quantity, in series: SampleSet.Series, comparable: [Block]
  ) throws(GateRefusal) -> BaselineFigure {
    let values = try SessionFigures.values(of: quantity, in: series, comparable: comparable)
    guard values.allSatisfy({ $0 > 0 }) else {
      // Without a logarithm; kept where it is the same in all sessions, as most counts are.
      guard let first = values.first, values.allSatisfy({ $0 == first }) else {
        throw GateRefusal(reason: "some sessions have no \(quantity)")
      }
      return BaselineFigure(
        name: quantity.description, value: first, relativeError: 0, degreesOfFreedom: 1)
    }
    let mean = try SessionEstimate(of: values.map(Elementary.log))
    // What is the same in all sessions is kept as it is, not as what is left of its logarithm.
    let value = mean.standardError == 0 ? values.sorted()[values.count / 2] : Elementary.exp(mean.value)
    return BaselineFigure(
      name: quantity.description, value: value, relativeError: mean.standardError,
      degreesOfFreedom: mean.degreesOfFreedom)
  }
}
