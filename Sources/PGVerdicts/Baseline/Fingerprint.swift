public import PGMeasuring

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
