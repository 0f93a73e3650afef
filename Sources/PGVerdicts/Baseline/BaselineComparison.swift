package import PGMeasuring
import PGStatistics

/// A case against the stored baseline: how the times of its variants have changed.
package struct BaselineComparison: Sendable, Hashable, Codable {
  /// A variant's time now against the stored one.
  package struct Change: Sendable, Hashable, Codable {
    /// Which variant.
    package let variant: Variant
    /// Its time ÷ the stored time; nil where the baseline hasn't the variant: it is new.
    package let ratio: Double?
    /// The lower end of the 95 % interval.
    package let low: Double?
    /// The upper end.
    package let high: Double?
  }

  /// The baseline's name.
  package let name: String
  /// Why nothing was compared, such as the fields in which the machines differ; nil where it was.
  package let refusal: String?
  /// One for each variant, in the benchmark's order; none where nothing was compared.
  package let changes: [Change]

  /// Compares.
  ///
  /// The intervals are of the two measurements; how one hour of a machine differs from another is not in
  /// them.
  package init(
    name: String, _ baseline: Baseline, of identity: CaseIdentity, samples: SampleSet, here: Fingerprint
  ) {
    self.name = name
    let differences = baseline.fingerprint.differences(from: here)
    guard differences.isEmpty else {
      refusal = "measured on something else: \(differences.joined(separator: "; "))"
      changes = []
      return
    }
    refusal = nil
    let decision = GateDecision(of: identity, samples: samples, baseline: .stored(baseline, here: here))
    let rules = GateRules(rates: ErrorRates(falseAlarm: 0.025))
    changes = samples.variants.map { variant in
      let outcome = decision.decide(Gate(variant, .time, .baseline(.percent(0))), rules: rules)
      let figures = outcome.figures
      return Change(variant: variant, ratio: figures?.estimate, low: figures?.low, high: figures?.high)
    }
  }
}

/// What a baseline was measured on: all that must be equal for times to be comparable.
package struct Fingerprint: Sendable, Hashable, Codable {
  /// The fields by name.
  package let fields: [String: String]

  /// Makes a fingerprint of fields.
  package init(fields: [String: String]) {
    self.fields = fields
  }

  /// The fingerprint of a run: processor, system, server, libpq, its settings, build mode.
  ///
  /// How clients and backends are placed is a matter of each case.
  package init(of environment: ReportEnvironment) {
    var fields = [
      "CPU": environment.cpu, "cores": String(environment.cores),
      "operating system": environment.operatingSystem, "kernel": environment.kernel,
      "build": environment.buildMode.rawValue,
    ]
    fields["server version"] = environment.serverVersion
    fields["libpq version"] = environment.libpqVersion
    fields["transport"] = environment.transport
    for (name, value) in environment.serverSettings { fields["server setting \(name)"] = value }
    self.fields = fields
  }

  /// The fields in which another differs, in words, in the order of their names.
  ///
  /// A field that one of the two doesn't have differs as well.
  package func differences(from here: Fingerprint) -> [String] {
    Set(fields.keys).union(here.fields.keys).sorted().compactMap { name in
      let (there, now) = (fields[name], here.fields[name])
      return there == now ? nil : "\(name) \(there ?? "not known") there, \(now ?? "not known") here"
    }
  }

  /// The one field that spoils even a ratio to a frozen reference.
  package func hasSameBuild(as other: Fingerprint) -> Bool { fields["build"] == other.fields["build"] }

  /// Reads the fields of an object.
  package init(from decoder: any Decoder) throws {
    fields = try decoder.singleValueContainer().decode([String: String].self)
  }

  /// Writes the fields as an object.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(fields)
  }
}
