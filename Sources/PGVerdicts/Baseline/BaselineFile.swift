import PGMeasuring
import PGSystem

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Baselines as files: `NAME.json` in a folder.
package struct BaselineFile: Sendable, Hashable {
  /// Where the file is.
  package let path: String

  /// Names a baseline's file.
  ///
  /// - Throws: `BaselineError.badName` for what would be no file of that folder.
  package init(name: String, folder: String) throws(BaselineError) {
    guard let first = name.unicodeScalars.first, Self.isLetterOrDigit(first), name.utf8.count <= 200,
      name.unicodeScalars.allSatisfy({ Self.isLetterOrDigit($0) || "._-".unicodeScalars.contains($0) })
    else { throw .badName(name) }
    path = "\(folder)/\(name).json"
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil
  }

  /// Whether there is such a file.
  package var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Reads the baseline.
  package func read() throws(BaselineError) -> Baseline {
    let data: Data
    do throws(BoundedFile.Failure) {
      data = Data(try BoundedFile.bytes(of: path, mustBeRegular: true))
    } catch {
      throw .unreadable(path: path, reason: error.isMissing ? "there is no such file" : "it \(error)")
    }
    do {
      let format = try JSONDecoder().decode(FormatOnly.self, from: data).format
      guard format == Baseline.currentFormat else {
        throw BaselineError.otherFormat(path: path, format: format)
      }
      return try JSONDecoder().decode(Baseline.self, from: data).checked(path: path)
    } catch let error as BaselineError {
      throw error
    } catch {
      throw .corrupt(path: path, reason: Self.reason(error))
    }
  }

  /// Writes the baseline, all or nothing: keys in order, indented.
  package func write(_ baseline: Baseline) throws(BaselineError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try AtomicFile.write(String(decoding: try encoder.encode(baseline), as: UTF8.self) + "\n", to: path)
    } catch {
      throw .unwritable("\(error)")
    }
  }

  /// Removes the baseline, and nothing else: a folder, a link or a file that holds something else stays.
  package func delete() throws(BaselineError) {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      throw .undeletable(path: path, reason: "is not there; `pgbench-kit baseline list` names those that are")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw .undeletable(path: path, reason: "is no regular file; remove it by hand if you want to")
    }
    let isBaseline = (try? BoundedFile.bytes(of: path, mustBeRegular: true)).map {
      (try? JSONDecoder().decode(AnyFormat.self, from: Data($0))) != nil
    }
    guard isBaseline == true else {
      throw .undeletable(path: path, reason: "holds no baseline; remove it by hand if you want to")
    }
    guard unlink(path) == 0 else {
      throw .undeletable(path: path, reason: "can't be removed: \(String(cString: strerror(errno)))")
    }
  }

  /// What baselines of all formats have.
  private struct AnyFormat: Decodable {
    let format: Int
    let fingerprint: Fingerprint
  }

  fileprivate struct FormatOnly: Decodable {
    let format: Int
  }

  private static func reason(_ error: any Error) -> String {
    (error as? DecodingError)?.reason ?? "\(error)"
  }
}

extension DecodingError {
  /// What is wrong with a JSON file, in words without a full stop.
  package var reason: String {
    switch self {
    case .keyNotFound(let key, let context): "\(Self.place(context)) has no key \"\(key.stringValue)\""
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "\(Self.place(context)) is of another type"
    case .dataCorrupted(let context) where context.debugDescription == Self.noJSON:
      "it is no JSON, or cut short, or a number in it is out of range"
    case .dataCorrupted(let context) where context.codingPath.isEmpty:
      Self.inShort(context.debugDescription)
    case .dataCorrupted(let context):
      "\(Self.place(context)): \(Self.inShort(context.debugDescription))"
    @unknown default: "\(self)"
    }
  }

  /// What Foundation says of any text that it can't parse.
  private static let noJSON = "The given data was not valid JSON."

  /// A sentence without its full stop; one that quotes a whole file is cut.
  private static func inShort(_ sentence: String) -> String {
    let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    return text.count > 200 ? text.prefix(200) + "…" : text
  }

  /// Such as `cases[0].gates[1].figures`.
  private static func place(_ context: Context) -> String {
    guard !context.codingPath.isEmpty else { return "the file" }
    return context.codingPath.reduce(into: "") { place, key in
      if let index = key.intValue {
        place += "[\(index)]"
      } else {
        place += place.isEmpty ? key.stringValue : ".\(key.stringValue)"
      }
    }
  }
}

extension Baseline {
  /// The same, if it has the figures of each variant of each case once, as a file that was edited or put
  /// together may not.
  fileprivate func checked(path: String) throws(BaselineError) -> Baseline {
    if let twice = cases.map(\.identity).firstDuplicate {
      throw .duplicate(path: path, name: "the case \"\(twice)\"")
    }
    for one in cases where Set(one.variants.map(\.variant)).count < one.variants.count {
      throw .duplicate(path: path, name: "a variant of the case \"\(one.identity)\"")
    }
    return self
  }

  /// The baseline that a text holds; nil if it holds something else, such as a report.
  package static func ifOne(in text: String) throws -> Baseline? {
    let data = Data(text.utf8)
    guard let format = try? JSONDecoder().decode(BaselineFile.FormatOnly.self, from: data).format else {
      return nil
    }
    guard format == currentFormat else { throw BaselineError.otherFormat(path: "given", format: format) }
    return try JSONDecoder().decode(Baseline.self, from: data).checked(path: "given")
  }
}

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
      "\"\(Printable.line(name))\" can't be a baseline's name: use letters, digits, '.', '-' and '_', "
        + "begin with a letter or digit, and take at most 200 bytes."
    case .unreadable(let path, let reason):
      "The baseline \(path) can't be read: \(reason). Save one first, with PGBENCH_SAVE_BASELINE."
    case .corrupt(let path, let reason):
      "The baseline \(path) is damaged or something else: \(reason). Restore it, or save it anew after "
        + "deleting it."
    case .duplicate(let path, let name):
      "The baseline \(path) holds \(name) more than once, so that which figures count is unknown: remove "
        + "all but one, or save the baseline anew after deleting it."
    case .otherFormat(let path, 1):
      "The baseline \(path) has format 1, which tells cases apart by suite, test and count only, so that "
        + "several may share one name there: delete it, and save it anew with PGBENCH_SAVE_BASELINE."
    case .otherFormat(let path, let format):
      "The baseline \(path) has format \(format), and this version of PGBenchKit knows "
        + "\(Baseline.currentFormat): use the version that wrote it, or save it anew after deleting it."
    case .otherFingerprint(let differences):
      "The baseline was measured on something else: \(differences.joined(separator: "; ")). "
        + "Save one of another name here, or delete it first."
    case .unwritable(let reason): reason
    case .undeletable(let path, let reason): "\(path) \(reason)."
    }
  }
}
