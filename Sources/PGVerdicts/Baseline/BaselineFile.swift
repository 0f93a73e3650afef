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
    switch error {
    case DecodingError.keyNotFound(let key, let context): "\(path(context)) has no key \"\(key.stringValue)\""
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(path(context)) is of another type"
    case DecodingError.dataCorrupted: "it is no JSON"
    default: "\(error)"
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    context.codingPath.isEmpty ? "the file" : context.codingPath.map(\.stringValue).joined(separator: ".")
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
