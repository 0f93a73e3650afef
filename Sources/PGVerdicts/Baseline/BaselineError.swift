import PGMeasuring

/// Why a baseline can't be used or saved.
package enum BaselineError: Error, Sendable, Hashable {
  /// The name is no name for a file.
  case badName(String)
  /// There is no such file, or it can't be read; the path and the reason.
  case unreadable(path: String, reason: String)
  /// The file holds something else; the path and the reason.
  case corrupt(path: String, reason: String)
  /// The file has figures of one case, or of one variant of it, more than once; the path and the name.
  case duplicate(path: String, name: String)
  /// The file is of another version of the format.
  case otherFormat(path: String, format: Int)
  /// It was measured on something else; the fields that differ.
  case otherFingerprint([String])
  /// It can't be written.
  case unwritable(String)
  /// It can't be deleted, or is none; the path and the reason.
  case undeletable(path: String, reason: String)
}

extension BaselineError: CustomStringConvertible {
  /// What is wrong, and what to do.
  package var description: String {
    switch self {
    case .badName(let name):
      "\"\(Printable.line(name))\" can't be a baseline's name: use letters, digits, '.', '-' and '_', begin with a letter or digit, and take at most 200 bytes."
    case .unreadable(let path, let reason):
      "The baseline \(path) can't be read: \(reason). Save one first, with PGBENCH_SAVE_BASELINE."
    case .corrupt(let path, let reason):
      "The baseline \(path) is damaged or something else: \(reason). Restore it, or save it anew after deleting it."
    case .duplicate(let path, let name):
      "The baseline \(path) holds \(name) more than once, so that which figures count is unknown: remove all but one, or save "
        + "the baseline anew after deleting it."
    case .otherFormat(let path, 1):
      "The baseline \(path) has format 1, which tells cases apart by suite, test and count only, so that several may share one "
        + "name there: delete it, and save it anew with PGBENCH_SAVE_BASELINE."
    case .otherFormat(let path, let format):
      "The baseline \(path) has format \(format), and this version of PGBenchKit knows \(Baseline.currentFormat): "
        + "use the version that wrote it, or save it anew after deleting it."
    case .otherFingerprint(let differences):
      "The baseline was measured on something else: \(differences.joined(separator: "; ")). "
        + "Save one of another name here, or delete it first."
    case .unwritable(let reason): reason
    case .undeletable(let path, let reason): "\(path) \(reason)."
    }
  }
}
