import ArgumentParser
import Foundation
import PGMeasuring
import PGReporting
import PGSystem
import PGVerdicts

struct BaselineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Lists, shows and deletes stored baselines.",
    subcommands: [List.self, Show.self, Delete.self])

  struct Folder: ParsableArguments {
    @Option(name: .customLong("folder"), help: "Where the baselines are.")
    var path = ProcessInfo.processInfo.environment["PGBENCH_BASELINE_DIR"] ?? "Baselines"

    func file(_ name: String) throws -> BaselineFile {
      do { return try BaselineFile(name: name, folder: path) } catch { throw Failure("\(error)") }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the baselines of the folder.")
    @OptionGroup var folder: Folder

    func run() throws {
      var files: [String] = []
      do {
        // That there is none yet is no fault.
        if FileManager.default.fileExists(atPath: folder.path) {
          files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        }
      } catch {
        throw Failure("\(folder.path) can't be read as a folder: \(error.localizedDescription)")
      }
      let names = files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
      if names.isEmpty {
        try Output.line("\(folder.path) has no baselines. PGBENCH_SAVE_BASELINE=name swift test … saves one.")
      }
      for name in names {
        switch Result(catching: { try folder.file(name).read() }) {
        case .success(let baseline):
          let cpu = baseline.fingerprint.fields["CPU"] ?? "unknown CPU"
          try Output.line(Printable.line("\(name): \(Format.amount(baseline.cases.count, "case")), \(cpu)"))
        case .failure(let error): try Output.line(Printable.line("\(name): \(error)"))
        }
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows what a baseline holds.")
    @Argument(help: "The baseline's name.") var name: String
    @OptionGroup var folder: Folder

    func run() throws {
      let baseline: Baseline
      do { baseline = try folder.file(name).read() } catch { throw Failure("\(error)") }
      for (field, value) in baseline.fingerprint.fields.sorted(by: { $0.key < $1.key }) {
        try Output.line(Printable.line("\(field): \(value)"))
      }
      try Output.line()
      try Output.write(MeasuredRun(baseline).text())
    }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Deletes a baseline.")
    @Argument(help: "The baseline's name.") var name: String
    @OptionGroup var folder: Folder

    func run() throws {
      let file = try folder.file(name)
      do { try file.delete() } catch { throw Failure("\(error)") }
      try Output.line("Deleted \(file.path).")
    }
  }
}

/// A message for the person at the terminal, which ends the command with 1.
struct Failure: Error, CustomStringConvertible {
  let description: String

  /// - Parameter description: May quote files, and what steers a terminal doesn't get through.
  init(_ description: String) {
    self.description = Printable.lines(description)
  }
}

/// Reads the files that a command is given.
enum InputFile {
  private static let advice =
    "Give a benchmark_report.json or gate_report.json, as runs leave them in .benchmarks, or a baseline."

  /// Reads a file, and makes something of its text.
  ///
  /// - Throws: `Failure` that names the file, says what is wrong with it, and what to give.
  static func read<Content>(_ path: String, _ make: (String) throws -> Content) throws(Failure) -> Content {
    let name = Printable.name(path)
    let bytes: [UInt8]
    do {
      bytes = try BoundedFile.bytes(of: path)
    } catch {
      throw Failure("\(name) \(error). \(advice)")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure("\(name) is no text in UTF-8. \(advice)")
    }
    do {
      return try make(text)
    } catch let error as DecodingError {
      throw Failure(Printable.line("\(name): \(error.reason). \(advice)"))
    } catch {
      throw Failure(Printable.line("\(name): \(error)"))
    }
  }
}
