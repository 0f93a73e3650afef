public import PGMeasuring

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
