package import PGMeasuring
import PGStatistics

/// The figures of a run that later runs are held against: one file, small enough for a repository.
package struct Baseline: Sendable, Hashable, Codable {
  /// The version of the file's format that this code reads and writes.
  package static let currentFormat = 2

  /// The version of the file's format.
  package let format: Int
  /// What it was measured on.
  package let fingerprint: Fingerprint
  /// The cases, in the order of their names.
  package let cases: [BaselineCase]

  /// Makes a baseline; the cases are put in order, so that files differ only where figures do.
  package init(fingerprint: Fingerprint, cases: [BaselineCase]) {
    format = Self.currentFormat
    self.fingerprint = fingerprint
    self.cases = cases.sorted { CaseIdentity.comesFirst($0.identity, $1.identity) }
  }

  /// The case of this name, if there is one.
  package subscript(identity: CaseIdentity) -> BaselineCase? {
    cases.first { $0.identity == identity }
  }

  /// The cases that are not among those.
  package func missing(from measured: [CaseIdentity]) -> [CaseIdentity] {
    let measured = Set(measured)
    return cases.map(\.identity).filter { !measured.contains($0) }
  }

  /// The same with newly measured cases in the place of those of the same name.
  ///
  /// Cases that this run did not measure stay, since a run may be of a part of the suites. Those of another
  /// machine can't.
  package func adding(_ new: Baseline) throws(BaselineError) -> Baseline {
    let differences = fingerprint.differences(from: new.fingerprint)
    guard differences.isEmpty else { throw .otherFingerprint(differences) }
    let measured = Set(new.cases.map(\.identity))
    return Baseline(
      fingerprint: fingerprint, cases: cases.filter { !measured.contains($0.identity) } + new.cases)
  }
}

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
  /// At which rate operations were to begin; nil where each began when the one before it had ended.
  package let rate: ArrivalRate?
  /// What the highest rate was looked for that holds it; nil where none was.
  package let goal: RateGoal?

  /// Which case this is.
  package var identity: CaseIdentity {
    CaseIdentity(
      suites: suites, test: test, function: function, arguments: arguments, operations: operations, call: call
    )
  }

  /// The suites' names in one.
  package var suite: String { CaseIdentity.joined(suites) }

  package init(
    _ identity: CaseIdentity, variants: [BaselineVariant], rate: ArrivalRate? = nil, goal: RateGoal? = nil
  ) {
    self.rate = rate
    self.goal = goal
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
            let logs = comparable.sessionLogRatios(of: series.variant, against: reference)
            guard let mean = try? SessionEstimate(of: logs) else { return nil }
            return BaselineFigure(
              name: reference.name, value: Elementary.exp(mean.value), relativeError: mean.standardError,
              degreesOfFreedom: mean.degreesOfFreedom)
          })
      }, rate: samples.rate, goal: samples.goal)
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

/// A figure that a baseline keeps, and how far it may be off.
package struct BaselineFigure: Sendable, Hashable, Codable {
  /// What it is: `time`, `p99`, `allocations` and the like; the reference's name where it is a ratio.
  package let name: String
  /// The figure: nanoseconds, bytes, a number, or a ratio.
  package let value: Double
  /// The standard error of its logarithm, so that 0.002 is 0.2 %; 0 for what is exact.
  package let relativeError: Double
  /// The degrees of freedom of that error.
  package let degreesOfFreedom: Int

  /// Records a figure.
  ///
  /// What has an error is rounded to five digits and the error to two, so that a file changes no more than
  /// what was measured.
  package init(name: String, value: Double, relativeError: Double, degreesOfFreedom: Int) {
    self.name = name
    self.value = relativeError > 0 ? Self.rounded(value, digits: 5) : value
    self.relativeError = Self.rounded(relativeError, digits: 2)
    self.degreesOfFreedom = degreesOfFreedom
  }

  /// How far the stored figure itself may be off, on the logarithmic scale and about 0.
  package var logarithm: SessionEstimate {
    SessionEstimate(
      value: 0, standardError: relativeError, degreesOfFreedom: degreesOfFreedom, sessions: 1)
  }

  /// The logarithm of a stored ratio.
  package var logRatio: SessionEstimate {
    SessionEstimate(
      value: Elementary.log(value), standardError: relativeError, degreesOfFreedom: degreesOfFreedom,
      sessions: 1)
  }

  private static func rounded(_ value: Double, digits: Int) -> Double {
    guard value != 0, value.isFinite else { return 0 }
    let places = digits - 1 - Int((Elementary.log(value.magnitude) / Elementary.log(10)).rounded(.down))
    let power = (0..<places.magnitude).reduce(1.0) { power, _ in power * 10 }
    // Dividing by a power of ten gives the number nearest to the decimal, which multiplying by its inverse
    // does not.
    return places >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power
  }
}
