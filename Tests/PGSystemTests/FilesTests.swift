import Foundation
import Testing

@testable import PGSystem

@Suite("AtomicFile")
struct AtomicFileTests {
  private func inTemporaryFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "AtomicFileTests-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path())
  }

  @Test("A file is written, replaced, and nothing else is left")
  func replaces() throws {
    try inTemporaryFolder { folder in
      let file = folder.appending(path: "report.md")
      try AtomicFile.write("first, and longer", to: file.path())
      try AtomicFile.write("zweiter – µs", to: file.path())
      #expect(try String(contentsOf: file, encoding: .utf8) == "zweiter – µs")
      #expect(try names(in: folder) == ["report.md"])
    }
  }

  @Test("Missing folders are made")
  func folders() throws {
    try inTemporaryFolder { folder in
      let file = folder.appending(path: "a/b/report.json")
      try AtomicFile.write("{}", to: file.path())
      #expect(try String(contentsOf: file, encoding: .utf8) == "{}")
    }
  }

  @Test("A megabyte arrives whole")
  func large() throws {
    try inTemporaryFolder { folder in
      let text = String(repeating: "0123456789abcdef", count: 65_536)
      let file = folder.appending(path: "large")
      try AtomicFile.write(text, to: file.path())
      #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
  }

  @Test("A folder in the way is an error with the path and the reason, and leaves no temporary file")
  func inTheWay() throws {
    try inTemporaryFolder { folder in
      let path = folder.appending(path: "report.json").path()
      try FileManager.default.createDirectory(atPath: path + "/inside", withIntermediateDirectories: true)
      let error = #expect(throws: AtomicFile.Failure.self) { try AtomicFile.write("{}", to: path) }
      #expect(error?.description.hasPrefix("Cannot write \(path): rename") == true)
      #expect(error?.reason.isEmpty == false)
      #expect(try names(in: folder) == ["report.json"])
    }
  }

  @Test("A probe finds what a file would meet, and leaves everything as it is")
  func probe() throws {
    try inTemporaryFolder { folder in
      let path = folder.appending(path: "report.json").path()
      try AtomicFile.probe(path)
      #expect(try names(in: folder) == [])
      try AtomicFile.write("before", to: path)
      try AtomicFile.probe(path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
      #expect(throws: AtomicFile.Failure.self) { try AtomicFile.probe(path + "/report.json") }
      try FileManager.default.createDirectory(atPath: path + ".d", withIntermediateDirectories: true)
      let error = #expect(throws: AtomicFile.Failure.self) { try AtomicFile.probe(path + ".d") }
      #expect(error?.step == "replace")
    }
  }

  @Test("A file where a folder should be is an error that names it")
  func fileAsFolder() throws {
    try inTemporaryFolder { folder in
      let file = folder.appending(path: "taken").path()
      try AtomicFile.write("x", to: file)
      let error = #expect(throws: AtomicFile.Failure.self) {
        try AtomicFile.write("{}", to: file + "/report.json")
      }
      #expect(error?.step.contains("make the folder") == true)
    }
  }
}
