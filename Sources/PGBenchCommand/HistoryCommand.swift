import Foundation
import PGMeasuring
import PGReporting
import PGSystem

/// Makes a history of all reports and baselines of a folder, for `report --history FOLDER`.
///
/// Every file whose name ends in `.json` is read; of a folder within it, none is. A folder of reports has
/// other files in it as well, and one that is damaged among a hundred is no reason to show nothing: what is
/// neither a report nor a baseline, or can't be read, is left out, and the document says so before the first
/// figure.
///
/// - Throws: `Failure` if the folder can't be read, or if no file of it has anything for a history.
func historyDocument(of folder: String) throws -> ReportDocument {
  let names: [String]
  do {
    names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".json") }
  } catch {
    throw Failure("\(folder) can't be read as a folder: \(error.localizedDescription)")
  }
  var runs: [HistoryRun] = []
  var leftOut: [History.LeftOut] = []
  // One after the other, for a report may have hundreds of megabytes, of which a history keeps little.
  for name in names.sorted() {
    switch historyRun(named: name, in: folder) {
    case .success(let run): runs.append(run)
    case .failure(let reason): leftOut.append(reason)
    }
  }
  let history = History(runs, leftOut: leftOut)
  guard !history.runs.isEmpty else {
    let some = history.leftOut.prefix(3).map { "\($0.name) \($0.reason)" }
    throw Failure(
      Printable.line(
        "\(folder) has no report or baseline that a history can be made of"
          + (some.isEmpty ? ": no file of it ends in .json" : ": \(some.joined(separator: "; "))")
          + ". Keep the benchmark_report.json of each run there, under a name of its own."))
  }
  return ReportDocument(history)
}

/// What a history keeps of a file.
private func historyRun(named name: String, in folder: String) -> Result<HistoryRun, History.LeftOut> {
  let bytes: [UInt8]
  do {
    // A pipe without a writer would be waited for.
    bytes = try BoundedFile.bytes(of: "\(folder)/\(name)", mustBeRegular: true)
  } catch {
    return .failure(.init(name: name, reason: "\(error)"))
  }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    return .failure(.init(name: name, reason: "is no text in UTF-8"))
  }
  return HistoryRun.read(text, name: name)
}
